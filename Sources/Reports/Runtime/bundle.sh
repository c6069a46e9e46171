#!/bin/sh
# Bundles the part of Vega that the pages of `cellar report` use, from Debian's packages esbuild and node-vega, into the
# folder given. Without the packages it says so in one line and ends well: pages then hold words and tables.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
modules=${NODE_MODULES:-/usr/share/nodejs}

if ! command -v esbuild >/dev/null 2>&1 || [ ! -f "$modules/vega-view/package.json" ]; then
    echo "figures: left out of reports, their runtime needs esbuild and Vega (Debian: apt-get install esbuild node-vega)" >&2
    exit 0
fi
mkdir -p "$folder"
[ -f "$folder/vega.js" ] && [ "$folder/vega.js" -nt "$here/runtime.js" ] && [ "$folder/vega.js" -nt "$here/absent.js" ] \
    && [ "$folder/vega.js" -nt "$here/render.js" ] && exit 0

NODE_PATH=$modules esbuild "$here/runtime.js" --bundle --minify --format=iife --global-name=vega --charset=utf8 \
    --target=es2018 --alias:vega-projection="$here/absent.js" --alias:d3-geo="$here/absent.js" --alias:vega-geo="$here/absent.js" \
    --log-level=error --outfile="$folder/vega.js.partial"
# The words that end a script element must not stand in one.
if grep -qi '</script' "$folder/vega.js.partial"; then
    sed -i 's#</script#<\\/script#gI' "$folder/vega.js.partial"
fi
{
    echo "These pages are drawn with Vega and parts of D3, under the licences below."
    for package in node-vega node-d3-array node-d3-color node-d3-dispatch node-d3-dsv node-d3-force node-d3-format \
        node-d3-interpolate node-d3-path node-d3-scale node-d3-shape node-d3-time node-d3-time-format node-d3-timer; do
        if [ -f "/usr/share/doc/$package/copyright" ]; then
            echo
            echo "== $package"
            cat "/usr/share/doc/$package/copyright"
        fi
    done
} >"$folder/NOTICES"
cp "$here/render.js" "$folder/render.js"
mv "$folder/vega.js.partial" "$folder/vega.js"
