"""The Streamlit dashboard: widgets only. It asks :mod:`monitor.cases` and decides nothing by itself."""
