"""Start it with ``make run`` or ``streamlit run app.py``, which imports this file for the server.

The server runs it again, as a script, whenever the page of a visitor changes.
"""

import streamlit as st
from starlette.middleware import Middleware

from pose_demo.live import memory
from pose_demo.ui import server
from pose_demo.ui.html_head import HtmlHead

_MIDDLEWARE = [Middleware(server.IgnoreDisconnects), Middleware(HtmlHead)]

if __name__ == "__main__":
    from pose_demo.ui import page  # in a script only: the import registers the webcam's widget for it

    page.show()
else:
    memory.limit_heaps()
    app = st.App(__file__, middleware=_MIDDLEWARE, lifespan=server.lifespan)
