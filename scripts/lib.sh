# What demo, test and check share. Read by them, not run. POSIX sh: a bare Debian has nothing more.
# The messages are in Spanish, for the person who runs the scripts.

ROOT=$(cd "$(dirname "$0")/.." && pwd)
VENV="$ROOT/.venv"
LOG="$VENV.log"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() { printf '%s\n' "$*" >&2; }

fail() {
    say ""
    say "✗ $*"
    exit 1
}

# step TEXT COMMAND...: says what is being done and how long it took; the command's own words go to the log.
step() {
    step_text=$1
    shift
    printf '→ %s … ' "$step_text" >&2
    step_began=$(date +%s)
    if "$@" >>"$LOG" 2>&1; then
        say "listo ($(($(date +%s) - step_began)) s)"
    else
        say "falló"
        return 1
    fi
}

require_own_folder() {
    [ -w "$ROOT" ] || fail "La carpeta $ROOT es de solo lectura: copie el proyecto a una carpeta suya y ejecute allí este mismo comando."
    : >"$LOG"
}

has_command() { command -v "$1" >/dev/null 2>&1; }

has_library() {
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

has_file() { [ -e "$1" ]; } # called with a pattern: the shell gives the first match

# need PACKAGE PROBE...: remembers the Debian package unless the probe finds what it brings.
MISSING=""
need() {
    need_package=$1
    shift
    "$@" >/dev/null 2>&1 || MISSING="$MISSING $need_package"
}

need_for_the_service() {
    need ca-certificates has_file /etc/ssl/certs/ca-certificates.crt
    need python3 has_command python3
    need python3-venv python3 -c "import ensurepip, venv"
    need redis-server has_command redis-server
    need tesseract-ocr has_command tesseract
    need tesseract-ocr-spa has_file /usr/share/tesseract-ocr/*/tessdata/spa.traineddata
    need libpango-1.0-0 has_library libpango-1.0.so.0
    need libpangoft2-1.0-0 has_library libpangoft2-1.0.so.0
    need libharfbuzz-subset0 has_library libharfbuzz-subset.so.0
    need fonts-dejavu-core has_file /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
}

need_for_the_tests() {
    need postgresql has_file /usr/lib/postgresql/*/bin/initdb
    need chromium has_command chromium
    need poppler-utils has_command pdftoppm
    need qpdf has_command qpdf
    need clamav-daemon has_file /usr/sbin/clamd
}

install_missing() {
    MISSING=${MISSING# }
    [ -n "$MISSING" ] || return 0
    has_command apt-get || fail "Faltan estos programas: $MISSING. Instálelos con el gestor de paquetes de su sistema y vuelva a ejecutar este comando."
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        has_command sudo || fail "Faltan paquetes del sistema. Pida a quien administra la máquina que ejecute: apt-get install $MISSING"
        as_root="sudo"
    fi
    say "Se instalarán estos paquetes del sistema${as_root:+ (con sudo, puede pedirle su contraseña)}:"
    say "  $MISSING"
    [ -z "$as_root" ] || sudo -v || fail "Sin sudo no se pueden instalar. Pida a quien administra la máquina que ejecute: apt-get install $MISSING"
    step "Actualizando la lista de paquetes" $as_root apt-get update -q ||
        fail "No se pudo leer la lista de paquetes: revise la conexión a internet y vuelva a ejecutar este comando. Detalles en $LOG"
    # shellcheck disable=SC2086 -- a list of words on purpose
    step "Instalando paquetes del sistema" $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $MISSING ||
        fail "No se pudieron instalar los paquetes: revise la conexión a internet y el espacio en disco. Detalles en $LOG"
}

# A newer Python may stand beside an old one under its own name.
find_python() {
    for PYTHON in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$PYTHON" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    fail "Hace falta Python 3.11 o más nuevo, con venv. Instálelo y vuelva a ejecutar este comando."
}

# install_locked FILE...: the environment in .venv, with exactly what the lock files say; nothing when it has it already.
install_locked() {
    stamp="$VENV/.installed-$(printf '%s' "$*" | tr -c 'a-z' -)"
    find_python
    wanted=$(cd "$ROOT" && { cat pyproject.toml "$@"; "$PYTHON" --version; printf '%s' "$ROOT"; } | cksum)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$VENV/bin/python" -c "" 2>/dev/null; then
        return 0
    fi
    "$VENV/bin/python" -c "" 2>/dev/null || step "Creando el entorno de Python en .venv" "$PYTHON" -m venv --clear "$VENV" ||
        fail "No se pudo crear el entorno de Python: revise el espacio en disco. Detalles en $LOG"
    for lock_file in "$@"; do
        step "Instalando $lock_file (descarga la primera vez)" "$VENV/bin/python" -m pip install -q --require-hashes -r "$ROOT/$lock_file" ||
            fail "No se pudieron instalar los paquetes de Python: revise la conexión a internet y el espacio en disco, y vuelva a ejecutar este comando. Detalles en $LOG"
    done
    step "Instalando el servicio" "$VENV/bin/python" -m pip install -q --no-deps --no-build-isolation -e "$ROOT" ||
        fail "No se pudo instalar el servicio. Detalles en $LOG"
    printf '%s' "$wanted" >"$stamp"
}
