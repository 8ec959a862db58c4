"""From a file to sound, speech regions and what the browser plays."""
