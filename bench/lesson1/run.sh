#!/bin/sh
# The lesson's comparison over three seeds.
set -eu
cd "$(dirname "$0")/../.."
go run ./bench/lesson1 -seeds "${1:-3}"
