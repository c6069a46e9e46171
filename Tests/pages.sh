#!/bin/sh
# Opens a page of every kind in headless Chromium, wide and narrow, light and dark: no error on its console, nothing cut
# off, no label on another, no missing letter. pages.sh CELLAR [FOLDER]; the folder keeps pages and, with SCREENSHOTS=1,
# pictures of them.
set -eu
cellar=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v chromium >/dev/null 2>&1; then
    echo "pages: left out, no Chromium to open them with (Debian: apt-get install chromium)"
    exit 0
fi
if [ -n "${2:-}" ]; then
    mkdir -p "$2"
    work=$(cd "$2" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
examples=$here/../Examples/Data
models=$here/../Data/models
cd "$work"

# Results and pages of each command.
set -- --protocol "Discharge at 1C until 2.5 V" "Rest for 10 minutes" "Charge at C/2 until 4.2 V" "Hold at 4.2 V until C/50"
"$cellar" simulate lg-m50-chen2020 "$@" --thermal lumped --json --out cycle.bdf.csv --report simulate.html >cycle.json
"$cellar" simulate lg-m50-chen2020 --protocol "Discharge at 2C until 2.5 V" --json --out fast.bdf.csv >fast.json
"$cellar" simulate lg-m50-okane2022 --ageing okane2022-knee --model spm --mesh fast --cycles 60 --summary aged.csv \
    --out aged.bdf.csv --protocol "Discharge at 1C until 2.5 V" "Charge at 1C until 4.2 V" "Hold at 4.2 V until C/100" \
    --report aged.html >/dev/null
"$cellar" simulate lg-m50-chen2020 --mesh fast --protocol "Discharge at 1C until 2.5 V" --out profiles.bdf.csv \
    --variables electrolyte_concentration_mol_m3,negative_stoichiometry,solid_potential_V
"$cellar" report profiles.bdf.csv --out profiles.html
printf 'protocol,row,fold,truth,value,low,high\nvoltage,1,1,3.4,3.5,3.1,3.9\nvoltage,2,1,4.1,3.9,3.5,4.3\nvoltage,3,2,2.0,2.6,2.2,3.0\n' \
    >parity.csv
"$cellar" report parity.csv --out parity.html
"$cellar" impedance lg-m50-chen2020 --soc 0.5 --json --report impedance.html >impedance.json
"$cellar" impedance lg-m50-chen2020 --soc 0.1 --out empty.csv
"$cellar" summarize aged.bdf.csv --report summarize.html >/dev/null 2>&1
"$cellar" predict "$examples/aged-cell.csv" --nominal-capacity 5 --soh-trace trace.csv --json --report predict.html \
    >prediction.json 2>/dev/null
"$cellar" score LiCoO2 LiFePO4 NMC811 LiMn0.6Fe0.4PO4 --report score.html --json >scores.json
"$cellar" score LiFePO4 --report one-score.html >/dev/null
printf 'formula\nLiCoO2\nLiFePO4\nLiNiO2\nLiMn2O4\nNaFeO2\n' >candidates.csv
"$cellar" screen candidates.csv --suggest 2 --report screen.html >/dev/null 2>&1
"$cellar" design LiFePO4 --swap Fe=Fe,Mn,Co,Ni --population 16 --generations 3 --out front.csv --report design.html >/dev/null
"$cellar" design LiFePO4 --swap Fe=Fe,Mn --population 8 --generations 2 --json >clean.json
"$cellar" report front.csv clean.json --out designs.html
"$cellar" evaluate LiMn0.6Fe0.4PO4 --samples 4 --life simulate --out candidate --report evaluate.html >/dev/null
"$cellar" evaluate NMC811 --samples 4 --life simulate --out candidate >/dev/null
"$cellar" sweep lg-m50-chen2020 --vary "Negative electrode > Thickness [m]=7e-5:1e-4" --samples 8 --out sweep \
    --protocol "Discharge at 1C until 2.5 V" --report sweep.html >/dev/null
"$cellar" fit lg-m50-chen2020 cycle.bdf.csv --model spm --parameters "Cell > Nominal cell capacity [A.h]=4:6" \
    --report fit.html >/dev/null 2>&1 || rm -f fit.html
"$cellar" cells compare lg-m50-chen2020 lg-m50-okane2022 nmc532-mohtat2020 --report cells.html >/dev/null
"$cellar" report "$models/severson-lfp.json" "$models/voltage.json" --out models.html
# What 'train surrogate' shows of the model it wrote; fifty simulated lives would take too long here.
"$cellar" report "$models/candidate-life.json" --out surrogate.html
"$cellar" report cycle.json fast.json cycle.bdf.csv fast.bdf.csv --out compared.html
"$cellar" report aged.csv "$examples/aged-cell.csv" --out lives.html 2>/dev/null
"$cellar" simulate lg-m50-chen2020 --model ecm --compare --protocol "Discharge at 1C until 2.5 V" "Rest for 10 minutes" \
    --report circuit.html >/dev/null
"$cellar" cells lg-m50-okane2022 --bpx cell.json --report cell.html
"$cellar" predict aged.csv --cell cell.json --ageing okane2022-knee --cell-model spm --draws 0 --end-of-life 0.96 --protocol \
    "Discharge at 1C until 2.5 V" "Charge at 1C until 4.2 V" "Hold at 4.2 V until C/100" --what-if temperature=15 \
    --report what-if.html >/dev/null 2>&1
mkdir -p imported cells
"$cellar" import aged.bdf.csv --out imported.bdf.csv --report import.html
"$cellar" import cycle.bdf.csv fast.bdf.csv aged.bdf.csv --out imported/ --report imports.html

# Models, trained on made-up data.
for cell in 1 2 3 4 5 6 7 8 9 10; do
    awk -v cell=$cell 'BEGIN { print "cycle,discharge_capacity_Ah"
        for (c = 1; c <= 300 + 60 * cell; c++) print c "," 1.1 * (1 - 0.22 * (c / (300 + 60 * cell)) ^ (1.2 + cell / 20)) }' \
        >cells/cell$cell.csv
done
"$cellar" train lifetime cells --out lifetime.json --report train-lifetime.html 2>/dev/null
"$cellar" train lifetime --hybrid nmc --out hybrid.json --report train-hybrid.html 2>/dev/null
"$cellar" predict "$examples/aged-cell.csv" --nominal-capacity 5 --model hybrid.json --report hybrid.html >/dev/null 2>&1
awk 'BEGIN { print "formula,energy_Wh_kg"; for (n = 1; n <= 60; n++)
    print "LiFe" n "Mn" 61 - n "P" n % 5 + 1 "O4," 100 + n + n % 7 }' >energies.csv
"$cellar" train property energies.csv --target energy_Wh_kg --out energy.json --report train-property.html >/dev/null
"$cellar" report impedance.json empty.csv --out impedances.html
"$cellar" report candidate scores.json cycle.json aged.csv prediction.json trace.csv sweep --title "The chain" --out chain.html
printf '{"a <b>protocol</b>": {"metric": "RMSE", "value": 2, "target": 3, "coverage": 0.93, "width": 5, "n": 40},
 "</script><script>alert(1)</script>": {"metric": "MAE", "value": 4, "target": 3, "coverage": 0.86, "width": 9, "n": 9}}' \
    >bench.json
"$cellar" report bench.json --title '</title><script>throw 1</script>' --out bench.html

# The same figures for papers.
if command -v node >/dev/null 2>&1 && command -v rsvg-convert >/dev/null 2>&1; then
    "$cellar" report candidate aged.csv impedance.json --figures figures --svg --png
    for specification in figures/*.vg.json; do
        stem=${specification%.vg.json}
        grep -q '</svg>' "$stem.svg" && ! grep -q 'var(--' "$stem.svg" && [ "$(wc -c <"$stem.png")" -gt 2000 ] ||
            { echo "pages: $stem: not drawn as SVG and PNG" >&2; exit 1; }
    done
else
    echo "pages: SVG and PNG left out, they need node and rsvg-convert (Debian: apt-get install nodejs librsvg2-bin)"
fi

# A run of a thousand cycles: 200 000 rows.
awk 'BEGIN { print "test_time_second,voltage_volt,current_ampere,cycle_count,step_count,step_type,net_capacity_ah,surface_temperature_celsius"
    for (c = 1; c <= 1000; c++) for (r = 0; r < 200; r++) {
        i = r < 100 ? -5 : 5; print ((c - 1) * 200 + r) * 36 "," 3.6 + i * (50 - r % 100) * 0.002 "," i "," c "," 2 * c - (r < 100) ","\
            (r < 100 ? "cc_discharge" : "cc_charge") "," 0 "," 25 + r % 100 / 50 } }' >long.bdf.csv
awk 'BEGIN { print "cycle,discharge_capacity_Ah,charge_capacity_Ah,soh,loss_of_lithium_inventory,sei_capacity_Ah,plated_capacity_Ah,dead_lithium_capacity_Ah"
    for (c = 1; c <= 1000; c++) { f = sqrt(c) / 150; print c "," 5 * (1 - f) "," 5 * (1 - f) "," 1 - f "," f "," 4 * f "," f "," f / 2 } }' \
    >long.csv
began=$(date +%s%N)
"$cellar" report long.csv long.bdf.csv --out long.html
took=$((($(date +%s%N) - began) / 1000000))
echo "pages: a page of 1000 cycles and 200000 rows was written in $took ms"
[ "$took" -lt 5000 ] || { echo "pages: that took too long" >&2; exit 1; }

# Opens a page at a width, in a theme; what is wrong with it goes into a file beside the copy that is opened.
look() {
    copy=checked-${1%.html}-$2-$3
    { sed "s/<html lang=\"en\">/<html lang=\"en\" data-theme=\"$3\">/" "$1"
        printf '<script>'
        cat "$here/layout.js"
        printf '</script>\n'; } >"$copy.html"
    options="--headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=$2,1600 --virtual-time-budget=8000"
    options="$options --user-data-dir=$work/$copy.profile"
    # shellcheck disable=SC2086
    chromium $options --enable-logging=stderr --dump-dom "file://$work/$copy.html" >"$copy.dom" 2>"$copy.log" || true
    problems=$(sed -n 's/.*<html[^>]* data-problems="\([^"]*\)".*/\1/p' "$copy.dom" | head -n 1)
    errors=$(grep -a 'CONSOLE' "$copy.log" | head -n 3 || true)
    if [ "$problems" != none ] || [ -n "$errors" ]; then
        echo "pages: $1, $2 $3: ${problems:-not drawn} $errors" >"$copy.problems"
    fi
    if [ "${SCREENSHOTS:-0}" = 1 ]; then
        # shellcheck disable=SC2086
        chromium $options --screenshot="$copy.png" "file://$work/$copy.html" >/dev/null 2>&1 || true
    fi
    rm -rf "$copy.html" "$copy.dom" "$copy.log" "$copy.profile"
}

pages=0
failed=0
rm -f checked-*.problems
for page in *.html; do
    case $page in checked-*) continue ;; esac
    pages=$((pages + 1))
    size=$(wc -c <"$page")
    if [ "$size" -gt 3000000 ]; then
        echo "pages: $page: $size bytes" >&2
        failed=$((failed + 1))
    fi
    look "$page" 1280 light &
    look "$page" 500 light &
    # Colours change no layout: one page is enough.
    if [ "$page" = chain.html ] || [ "${SCREENSHOTS:-0}" = 1 ]; then look "$page" 900 dark & fi
    wait
done
for problem in checked-*.problems; do
    [ -e "$problem" ] || continue
    cat "$problem" >&2
    failed=$((failed + 1))
done
echo "pages: $pages opened, wide and narrow, light and dark: $failed with problems"
[ "$failed" = 0 ]
