# Functions shared by demo, test and check, which source this file. POSIX sh, as a fresh Debian has no more.
# The messages are in Spanish, for the person who runs the scripts.

ROOT=$(cd "$(dirname "$0")/.." && pwd)
VENV="$ROOT/.venv"
LOG="$VENV.log"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
unset PIP_DRY_RUN PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER # they would install somewhere else, or nothing
unset PYTHONDONTWRITEBYTECODE # each of the many processes would compile our source anew: 0.5 s

say() { printf '%s\n' "$*" >&2; }

fail() {
    say ""
    say "✗ $*"
    exit 1
}

# step TEXT COMMAND...: prints what is being done and how long it took; the command's output goes to the log.
STEP_BEGINS=1
step() {
    step_text=$1
    shift
    printf '→ %s … ' "$step_text" >&2
    step_began=$(date +%s)
    STEP_BEGINS=$(($(wc -c <"$LOG") + 1))
    if (LC_ALL=C.UTF-8 && export LC_ALL && "$@") >>"$LOG" 2>&1; then
        say "listo ($(($(date +%s) - step_began)) s)"
    else
        say "falló"
        return 1
    fi
}

# why: prints the cause of the failed step from its output, what to do, and the last line that explains it.
why() {
    why_words=$(tail -c "+$STEP_BEGINS" "$LOG")
    case $why_words in
    *"No space left on device"* | *"Disk quota exceeded"* | *"enough free space"*)
        say "Se acabó el espacio en disco: libere espacio y vuelva a ejecutar este comando." ;;
    *"DO NOT MATCH THE HASHES"* | *"Hashes are required"* | *"must have their versions pinned"*)
        say "Un paquete no tiene la huella (hash) que anota el archivo de versiones, y por seguridad no se instala." ;;
    *"a different python version"* | *"requires a different Python"* | *"not a supported wheel on this platform"*)
        say "Un paquete no funciona con este Python ($("$PYTHON" --version 2>&1)) o en esta máquina." ;;
    *"Temporary failure"* | *"NewConnectionError"* | *"ConnectTimeout"* | *"ReadTimeout"* | *"ProxyError"* | *"Could not resolve"* | \
        *"ould not connect"* | *"no such host"* | *"Connection refused"* | *"Connection timed out"* | *"Network is unreachable"*)
        say "No hay conexión con el servidor de paquetes: revise la conexión a internet y vuelva a ejecutar este comando." ;;
    *"SSLError"* | *"CERTIFICATE_VERIFY_FAILED"* | *"certificate verif"*)
        say "El certificado del servidor de paquetes no es de confianza aquí: revise la fecha de la máquina y sus certificados." ;;
    *"Unable to locate package"*)
        say "La lista de paquetes del sistema no trae ese paquete: revise la conexión a internet y las fuentes de apt." ;;
    *"which is not installed"* | *"but you have"*)
        say "Los archivos de versiones están incompletos: ejecute scripts/lock." ;;
    *"No matching distribution found"*)
        say "El servidor de paquetes no tiene la versión que pide el archivo de versiones." ;;
    esac
    why_line=$(printf '%s\n' "$why_words" | grep -E '^ *(ERROR|Error|error|E|fatal)[: ]|Error: |which is not installed|but you have' | tail -n 1)
    [ -n "$why_line" ] || why_line=$(printf '%s\n' "$why_words" | grep -v '^[[:space:]]*$' | tail -n 1)
    [ -z "$why_line" ] || say "  $why_line"
}

# fail_of_step TEXT: prints what could not be done and why, and exits.
fail_of_step() {
    say ""
    say "✗ $1"
    why
    say "Todo lo que dijo está en $LOG"
    exit 1
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

# need PACKAGE PROBE...: adds the Debian package to the missing ones unless the probe succeeds.
MISSING=""
need() {
    need_package=$1
    shift
    "$@" >/dev/null 2>&1 || MISSING="$MISSING $need_package"
}

# want PACKAGE PROBE...: as need, but only root installs it, and the command goes on without it.
WANTED=""
want() {
    want_package=$1
    shift
    "$@" >/dev/null 2>&1 || WANTED="$WANTED $want_package"
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
    # The browser's engine without its window needs half the processor; the whole browser serves too.
    if has_command chromium; then
        want chromium-headless-shell has_command chromium-headless-shell
    else
        need chromium-headless-shell has_command chromium-headless-shell
    fi
    need poppler-utils has_command pdftoppm
    need qpdf has_command qpdf
    need clamav-daemon has_file /usr/sbin/clamd
    need nginx-light has_file /usr/sbin/nginx
}

install_missing() {
    MISSING=${MISSING# }
    [ -z "$MISSING" ] || install_packages
    if [ -n "$WANTED" ] && [ "$(id -u)" = 0 ] && has_command apt-get; then
        step "Instalando$WANTED" apt_install "$WANTED" || say "Se sigue sin$WANTED."
    fi
}

# apt_install PACKAGES: as root, with a fresh list of packages.
apt_install() {
    # shellcheck disable=SC2086 -- a list of words on purpose
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $1
}

install_packages() {
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
        fail_of_step "No se pudo leer la lista de paquetes del sistema."
    # shellcheck disable=SC2086 -- a list of words on purpose
    step "Instalando paquetes del sistema" $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $MISSING ||
        fail_of_step "No se pudieron instalar los paquetes del sistema."
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
# A lock file names every package of its set: pip resolves none itself, or it would take a newer release without a hash.
install_locked() {
    stamp="$VENV/.installed-$(printf '%s' "$*" | tr -c 'a-z' -)"
    find_python
    wanted=$(cd "$ROOT" && { cat pyproject.toml "$@"; "$PYTHON" --version; printf '%s' "$ROOT"; } | cksum)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$VENV/bin/python" -c "" 2>/dev/null; then
        return 0
    fi
    if "$VENV/bin/python" -c "" 2>/dev/null; then
        fill_environment "$@"
        if "$VENV/bin/python" -m pip check >>"$LOG" 2>&1; then
            printf '%s' "$wanted" >"$stamp"
            return 0
        fi
        say "  En .venv quedan paquetes de una versión anterior que no van con los nuevos: se crea otra vez."
    fi
    step "Creando el entorno de Python en .venv" "$PYTHON" -m venv --clear "$VENV" ||
        fail_of_step "No se pudo crear el entorno de Python."
    fill_environment "$@"
    step "Comprobando que no falte ningún paquete" "$VENV/bin/python" -m pip check ||
        fail_of_step "Los paquetes instalados no van juntos."
    printf '%s' "$wanted" >"$stamp"
}

fill_environment() {
    for lock_file in "$@"; do
        step "Instalando $lock_file (descarga la primera vez)" \
            "$VENV/bin/python" -m pip install -q --no-deps --require-hashes -r "$ROOT/$lock_file" ||
            fail_of_step "No se pudieron instalar los paquetes de Python de $lock_file."
    done
    step "Instalando el servicio" "$VENV/bin/python" -m pip install -q --no-deps --no-build-isolation -e "$ROOT" ||
        fail_of_step "No se pudo instalar el servicio."
}
