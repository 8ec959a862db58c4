"""The review pages: server-rendered, one template a page, no build step."""
