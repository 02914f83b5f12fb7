# What ./run and ./test have in common: the steps from a bare Debian 12 to binaries, page and image.
# Sourced by bash; `root` is the project's folder. Every step looks whether it has anything to do, logs
# to build/logs, and can be run again after a failure.

build=$root/build
images=$build/images
jobs=()

# What was compiled in one checkout serves another: the compiler is told no path that names the folder.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }

die() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# Ends what still runs, with all its children: also those that run as root.
kill_tree() {
  local child children
  children=$(pgrep -P "$1" 2>/dev/null)
  kill -TERM "$1" 2>/dev/null || as_root -n kill -TERM "$1" 2>/dev/null || true
  for child in $children; do kill_tree "$child"; done
}

end_jobs() {
  local job
  for job in "${jobs[@]}"; do
    if kill -0 "$job" 2>/dev/null; then kill_tree "$job"; fi
  done
  wait 2>/dev/null || true
}

trap end_jobs EXIT
trap 'trap - INT; say; say "Stopped. The same command goes on from here."; exit 130' INT
trap 'exit 143' TERM HUP

# Runs a command as root: plainly, or by sudo with what the network needs of the environment.
as_root() {
  if ((EUID == 0)); then
    [[ $1 != -n ]] || shift
    "$@"
    return
  fi
  command -v sudo >/dev/null || die "This step needs root: run the command as root, or install sudo."
  sudo --preserve-env=http_proxy,https_proxy,no_proxy,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,SSL_CERT_FILE,PIP_INDEX_URL,PIP_EXTRA_INDEX_URL,PIP_CERT,PIP_PROXY,PIP_TRUSTED_HOST,PIP_CONFIG_FILE,PIP_DEFAULT_TIMEOUT "$@"
}

# What a failed step's log says went wrong (else its last lines), and what to do.
explain() {
  local what=$1 log=$2 advice="mend what the lines above name" wrong
  wrong=$(grep -aE '(^|[ :])(fatal )?([Ee]rror|ERROR|E|npm error|FAILED):? ' "$log" | cut -c1-300 | head -n 12)
  printf '%s\n' "${wrong:-$(tail -n 25 "$log")}" | sed 's/^/  | /' >&2
  if tail -n 200 "$log" | grep -qiE 'failed to fetch|could not resolve|unable to connect|temporary failure|connection (timed|refused|reset)|etimedout|econnre|enotfound|eai_again|network|max retries|read timed out|download failed'; then
    advice="a download did not come through: check the network or your mirror's settings"
  elif tail -n 200 "$log" | grep -qiE 'no space left|enospc'; then
    advice="the disk is full: free some space (a first build needs about 6 GB)"
  elif tail -n 50 "$log" | grep -qE 'Killed|out of memory|cannot allocate memory'; then
    advice="the memory ran out: close something, or build with fewer jobs (COLIBRI_JOBS=1)"
  fi
  die "$what failed: $advice, then run the same command again; it goes on from there. The whole log: $log"
}

# step NAME WHAT COMMAND…: runs the command into build/logs/NAME.log, saying what and how long; nothing
# when it is done within a second. Commands in the background ignore Ctrl+C: end_jobs ends them.
step() {
  local log=$build/logs/$1.log what=$2 started=$SECONDS status=0 ticker
  shift 2
  mkdir -p "$build/logs"
  "$@" </dev/null >"$log" 2>&1 &
  jobs+=($!)
  show_progress "$what" "$log" &
  ticker=$!
  jobs+=("$ticker")
  wait "${jobs[-2]}" || status=$?
  kill "$ticker" 2>/dev/null
  wait "$ticker" 2>/dev/null
  jobs=("${jobs[@]::${#jobs[@]}-2}")
  if [[ -t 1 ]]; then printf '\r\033[K'; fi
  ((status == 0)) || explain "$what" "$log"
  if ((SECONDS - started > 1)); then say "✓ $what: $((SECONDS - started)) s"; fi
}

# What is being done, once it takes longer than a moment; on a terminal with the seconds and how far
# the tool says it is.
show_progress() {
  local what=$1 log=$2 started=$SECONDS far
  sleep 1
  if [[ ! -t 1 ]]; then
    say "… $what"
    return
  fi
  while true; do
    far=$(tail -c 300 "$log" 2>/dev/null | tr '\r' '\n' | grep -aoE '^\[[0-9]+/[0-9]+\]' | tail -n 1)
    printf '\r\033[K… %s %s %d s' "$what" "$far" $((SECONDS - started))
    sleep 1
  done
}

has_node() {
  command -v npm >/dev/null && [[ $(node --version 2>/dev/null) =~ ^v([0-9]+) ]] &&
    ((BASH_REMATCH[1] >= 18))
}

# install_packages [test]: what is missing from packaging/debian-packages.txt.
install_packages() {
  local list=$root/packaging/debian-packages.txt with=${1:-} stamp=$build/stamps/packages${1:+-$1} wanted=() missing=()
  local name when digest
  digest=$(sha256sum "$list" /var/lib/dpkg/status | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$digest" ]]; then return; fi
  while read -r name when; do
    case $when in
      '') ;;
      test) [[ $with == test ]] || continue ;;
      node) ! has_node || continue ;;
      *) die "packaging/debian-packages.txt: unknown word '$when' behind $name." ;;
    esac
    wanted+=("$name")
  done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$list")
  for name in "${wanted[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  if ((${#missing[@]})); then
    . /etc/os-release
    [[ ${ID:-}:${VERSION_ID:-} == debian:12 ]] ||
      die "Colibri builds on Debian 12, and this is ${PRETTY_NAME:-something else}. Use Debian 12, or install these yourself: ${missing[*]}"
    if ((EUID != 0)); then as_root true || die "Installing packages needs root: run this as root or as a user with sudo."; fi
    step packages "Installing ${#missing[@]} Debian packages" install_missing "${missing[@]}"
    digest=$(sha256sum "$list" /var/lib/dpkg/status | sha256sum)
  fi
  mkdir -p "$build/stamps"
  printf '%s\n' "$digest" >"$stamp"
}

install_missing() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  as_root "${apt[@]}" update || return
  # The tests start daemons of these of their own: the host's are neither started now nor at boot.
  local daemons=() name policy=/usr/sbin/policy-rc.d status=0
  for name in munge slurmctld slurmd; do
    if [[ " $* " == *" $name "* ]]; then daemons+=("$name"); fi
  done
  if ((${#daemons[@]} == 0)); then
    as_root "${apt[@]}" install -y --no-install-recommends "$@"
    return
  fi
  if [[ -e $policy ]]; then policy=''; else
    printf '#!/bin/sh\ncase $1 in munge | slurm*) exit 101 ;; esac\n' | as_root install -m 755 /dev/stdin "$policy"
  fi
  as_root "${apt[@]}" install -y --no-install-recommends "$@" || status=$?
  if [[ -n $policy ]]; then as_root rm -f "$policy"; fi
  if command -v systemctl >/dev/null; then as_root systemctl disable --quiet "${daemons[@]}" || true; fi
  return "$status"
}

# One digest of the contents and names of files.
digest_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; }

# stamped NAME DIGEST: whether the step was done for just this.
stamped() { [[ -f $build/stamps/$1 && $(<"$build/stamps/$1") == "$2" ]]; }

stamp() {
  mkdir -p "$build/stamps"
  printf '%s\n' "$2" >"$build/stamps/$1"
}

install_node_modules() { npm_install web node_modules "Fetching the page's packages"; }
install_github() { npm_install tests/github github "Fetching GitHub's description for the tests"; }
install_provider() { npm_install tests/oidc provider "Fetching the tests' OpenID Connect provider"; }

# npm_install FOLDER STAMP WHAT
npm_install() {
  local folder=$root/$1 digest
  digest=$(digest_of "$folder/package.json" "$folder/package-lock.json")
  if [[ -d $folder/node_modules ]] && stamped "$2" "$digest"; then return; fi
  # The versions and hashes of the lock file, which --no-save leaves as it is. Not `npm ci`: that refuses
  # a lock file without the other systems' optional packages, which not every mirror carries.
  # npm's own patience, a minute and more for each of hundreds of packages, would look like a hang.
  step npm "$3" npm --prefix "$folder" install --no-save --no-audit --no-fund \
    --fetch-retries=1 --fetch-retry-mintimeout=2000
  stamp "$2" "$digest"
}

build_page() {
  local digest sources=() file
  for file in "$root"/web/*; do
    case ${file##*/} in node_modules | dist | fuzz) ;; *) sources+=("$file") ;; esac
  done
  digest=$(digest_of "${sources[@]}")
  if [[ -f $root/web/dist/index.html ]] && stamped page "$digest"; then return; fi
  install_node_modules
  step page "Building the page" npm --prefix "$root/web" run build
  stamp page "$digest"
}

# build_cpp PRESET FOLDER WHAT TARGET…: configures once and builds.
build_cpp() {
  local preset=$1 folder=$2 what=$3
  shift 3
  if [[ ! -f $folder/build.ninja ]]; then
    step "configure-$preset" "Configuring ($preset)" cmake -S "$root" --preset "$preset"
  fi
  step "build-$preset" "$what" ninja -C "$folder" ${COLIBRI_JOBS:+-j "$COLIBRI_JOBS"} "$@"
}

build_server() {
  build_cpp release "$build" "Building the server and the supervisor" colibri colibri-supervisor colibri-init "$@"
}

# build_images NAME…
build_images() {
  local name
  for name in "$@"; do as_root "$root/images/build" "$name" --output "$images" || return; done
}

# The images beside the compile: begin_images NAME…, and later finish_images waits for them.
begin_images() {
  mkdir -p "$build/logs"
  if ((EUID != 0)) && [[ ! -e $images/default ]]; then
    as_root true || die "Building the runtime image needs root: run this as root or as a user with sudo."
  fi
  build_images "$@" </dev/null >"$build/logs/image.log" 2>&1 &
  image_job=$!
  jobs+=("$image_job")
}

finish_images() {
  local log=$build/logs/image.log
  step image-wait "Building the runtime images (began beside the rest)" \
    tail -s 0.1 --pid="$image_job" -f /dev/null
  wait "$image_job" || explain "Building the runtime image" "$log"
  if [[ -s $log ]]; then say "✓ Building the runtime image: $(tail -n 1 "$log")"; fi
}
