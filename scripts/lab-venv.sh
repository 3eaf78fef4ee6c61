#!/bin/sh
# JupyterLab and what drives a browser, which `make test-full` uses: prints their python.
set -eu
exec "$(dirname "$0")/venv.sh" lab "jupyterlab==4.5.1 ipywidgets==8.1.8 playwright==1.65.2"
