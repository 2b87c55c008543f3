#!/usr/bin/env bash
# What OSS-Fuzz and ClusterFuzzLite run: every target of fuzz/ with the flags of the caller, to $OUT, with its seeds, dictionary and
# options. By hand: CC=clang CXX=clang++ CFLAGS= CXXFLAGS= LIB_FUZZING_ENGINE=-fsanitize=fuzzer SRC=.. OUT=/tmp/out WORK=/tmp/work.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $root == */fuzz/oss-fuzz ]] && root=${root%/fuzz/oss-fuzz} || root=$SRC/pratique  # OSS-Fuzz runs a copy of this file

cmake -S "$root" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DPRATIQUE_DEVELOPER=ON -DPRATIQUE_WARNINGS=OFF \
  -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_C_FLAGS="$CFLAGS" -DCMAKE_CXX_FLAGS="$CXXFLAGS" \
  -DPRATIQUE_LIBFUZZER=ON -DPRATIQUE_FUZZING_ENGINE="$LIB_FUZZING_ENGINE"

targets=()
for source in "$root"/fuzz/*_fuzzer.cc; do targets+=("$(basename "$source" .cc)"); done
cmake --build "$WORK/build" --target fuzz_seeds "${targets[@]}"
"$root/fuzz/oss-fuzz/make-dictionaries" "$WORK/dictionaries"

for target in "${targets[@]}"; do
  name=${target%_fuzzer}
  cp "$WORK/build/fuzz/$target" "$OUT/"
  seeds=()
  for folder in "$root/fuzz/corpus/$name" "$WORK/build/fuzz/seeds/$name"; do
    [[ ! -d $folder ]] || seeds+=("$folder")
  done
  [[ $name != gate ]] || seeds+=("$root/tests/attacks/files")
  ((${#seeds[@]} == 0)) || find "${seeds[@]}" -type f -print0 | xargs -0 zip -q -j "$OUT/${target}_seed_corpus.zip" || (($? == 123))
  [[ ! -f $WORK/dictionaries/$name.dict ]] || cp "$WORK/dictionaries/$name.dict" "$OUT/$target.dict"
  cp "$root/fuzz/oss-fuzz/options" "$OUT/$target.options"
done
