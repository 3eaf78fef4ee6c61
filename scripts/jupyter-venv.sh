#!/bin/sh
# Jupyter's clients, which the tests of kernel use: prints their python.
set -eu
exec "$(dirname "$0")/venv.sh" jupyter "jupyter_client==8.10.0 jupyter_kernel_test==0.7.0 jupyter-console==6.6.3 nbclient==0.11.0 nbconvert==7.17.2 ipykernel==7.4.0 papermill==2.7.0"
