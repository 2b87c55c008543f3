#!/usr/bin/env bash
exec "$SRC/pratique/fuzz/oss-fuzz/build.sh"
