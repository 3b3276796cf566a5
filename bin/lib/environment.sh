# Sourced by the commands beside this folder: finds Python, makes the virtual environment once, and runs things in it.
# Expects $root, the checkout. shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }
}

# want_packages NAME...: installs Debian packages, or names them and ends.
want_packages() {
    if ! can_install; then
        fail "缺少软件包：$*。请安装后重试：sudo apt-get install $* | missing packages: install them and try again: sudo apt-get install $*"
    fi
    say "正在安装 $* … | installing $* …"
    as_root apt-get update -q >&2 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 ||
        fail "无法安装 $*。 | $* can't be installed."
}

find_python() {
    for candidate in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            python=$(command -v "$candidate")
            return
        fi
    done
    fail "需要 Python 3.11 或更高版本。 | Python 3.11 or later is needed."
}

want_venv_module() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    want_packages "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
}

# Where the environment lies: .venv in the checkout; where that can't be written, in the user's cache.
place_environment() {
    environment=$root/.venv
    if fresh || { [ -w "$root" ] && { [ ! -e "$environment" ] || [ -w "$environment" ]; }; }; then return; fi
    environment=${XDG_CACHE_HOME:-$HOME/.cache}/hongxian/venv-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
}

fresh() {
    [ ! -e "$environment/.installing" ] && [ "$(cat "$environment/.installed-$kind" 2>/dev/null)" = "$wanted" ] &&
        "$environment/bin/python" -c '' 2>/dev/null
}

# prepare_environment base|dev: leaves $environment ready. An interrupted installation is begun anew.
prepare_environment() {
    kind=$1
    wanted=$(cksum <"$root/requirements/$kind.txt") || fail "找不到 $root/requirements/$kind.txt | not found: $root/requirements/$kind.txt"
    place_environment
    fresh && return
    mkdir -p "$(dirname "$environment")" || fail "无法写入 $environment | cannot write $environment"
    if command -v flock >/dev/null 2>&1; then
        exec 9<"$(dirname "$environment")" && flock 9 # two commands at the same time: one installs, the other waits
        fresh && { exec 9<&-; return; }
    fi
    install_environment
    exec 9<&-
}

install_environment() {
    if [ -e "$environment/.installing" ] || ! "$environment/bin/python" -c 'import pip' 2>/dev/null; then
        find_python
        want_venv_module
        say "正在建立 Python 环境：$environment … | making the Python environment …"
        rm -rf "$environment"
        "$python" -m venv "$environment" || fail "无法建立 $environment | cannot make $environment"
    fi
    : >"$environment/.installing" || fail "无法写入 $environment | cannot write $environment"
    "$environment/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes \
        -r "$root/requirements/$kind.txt" >&2 9<&- ||
        fail "依赖安装失败，请检查网络和磁盘后重试。 | the requirements can't be installed: check network and disk, then try again."
    printf '%s\n' "$wanted" >"$environment/.installed-$kind"
    if [ "$kind" = dev ]; then cksum <"$root/requirements/base.txt" >"$environment/.installed-base"; fi
    rm -f "$environment/.installing"
}

# What is run finds the checkout's packages wherever it is called from, and nothing of the folder it is called in.
export PYTHONPATH="$root" PYTHONSAFEPATH=1 PYTHONUTF8=1
