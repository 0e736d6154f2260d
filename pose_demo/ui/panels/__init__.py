"""Parts of the page beside and below the video."""
