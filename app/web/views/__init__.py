"""One module a page: translate the request, ask the services, render; never decide."""
