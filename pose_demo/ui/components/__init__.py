"""Components of the page: the image player and charts."""
