#!/bin/bash
# Format, static analysis, and both compilers without a warning.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t sources < <(git ls-files '*.c' '*.h')
mapfile -t units < <(git ls-files 'src/*.c' 'cli/*.c' 'examples/*.c')

echo "clang-format"
clang-format --dry-run -Werror "${sources[@]}"

for cc in gcc clang; do
    echo "$cc, warnings are errors"
    [ -f "build-lint-$cc/build.ninja" ] || CC=$cc meson setup "build-lint-$cc" -Dwerror=true >/dev/null
    ninja -C "build-lint-$cc" --quiet
done

echo "clang-tidy"
printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 4 \
    clang-tidy -p build-lint-clang --quiet --warnings-as-errors='*' 2>/dev/null

echo "cppcheck"
cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j "$(nproc)" \
    --enable=warning,performance,portability --suppressions-list=tools/cppcheck.txt \
    -Iinclude "${units[@]}"
echo "lint: clean"
