# The programs that come as Go modules: Kubernetes (every component and kubectl in one binary), CoreDNS, helm, Argo CD.
# Each is built from the go.mod beside it, once per content of that directory, and kept in $CACHE.
# shellcheck shell=bash

MODULES=$E2E/kubernetes/binaries

# binary NAME -> where it is or will be.
binary() {
  local hash
  hash=$(cd "$MODULES/$1" && sha256sum -- *.* | cat - <(build_flags "$1") <(uname -m) | sha256sum)
  echo "$CACHE/$1-${hash:0:16}"
}

# build_flags NAME -> one argument a line.
build_flags() {
  local version
  case $1 in
    kubernetes)
      version=$(sed -n 's/^\tk8s.io\/kubernetes v//p' "$MODULES/kubernetes/go.mod")
      printf '%s\n' -ldflags "-s -w$(printf ' -X k8s.io/component-base/version.%s' \
        "gitVersion=v$version" gitMajor="${version%%.*}" gitMinor="$(cut -d. -f2 <<<"$version")")" .
      ;;
    helm) printf '%s\n' -ldflags '-s -w' helm.sh/helm/v3/cmd/helm ;;
    *) printf '%s\n' -ldflags '-s -w' . ;;
  esac
}

# need_binary NAME...: builds what is not there yet.
need_binary() {
  local name
  for name in "$@"; do
    [ -x "$(binary "$name")" ] && continue
    find_go
    case $name in
      kubernetes) say "Kubernetes is built from its Go module: 5 to 10 minutes the first time, never again while the cache $CACHE stays." ;;
    esac
    step "build $name from its Go module" "$CACHE/log/$name.log" \
      "if a download failed, run it again (what is there is kept; GOPROXY and HTTPS_PROXY are honoured); if the compiler was killed, it needs 3 GiB of memory" \
      build_binary "$name"
  done
}

# Another script may build the same one at this moment: one does it, the other waits.
build_binary() {
  local name=$1 target flags
  target=$(binary "$name")
  exec 8>"$CACHE/.lock-$name"
  flock 8
  [ ! -x "$target" ] || return 0
  mapfile -t flags < <(build_flags "$name")
  cd "$MODULES/$name" || return
  # GOFLAGS and GOWORK of the user's could change what is built.
  CGO_ENABLED=0 GOWORK=off GOFLAGS='' "$GO" build -trimpath -buildvcs=false -mod=readonly -o "$target.new" "${flags[@]}"
  mv "$target.new" "$target"
  # What earlier contents of this module left in the cache. Deleting the file of a running program is harmless.
  find "$CACHE" -maxdepth 1 -name "$name-*" ! -name "$(basename "$target")" -mtime +14 -delete
}

find_go() {
  local wanted found
  GO=$(PATH=$PATH:/usr/local/go/bin:/usr/lib/go/bin command -v go) || GO=
  wanted=$(sed -n 's/^go //p' "$MODULES"/*/go.mod | sort -V | tail -n 1)
  if [ -n "$GO" ]; then
    # As the module will see it: with GOTOOLCHAIN=auto, Go's default, 1.21 and later fetch what a go.mod asks for.
    found=$("$GO" env GOVERSION)
    found=${found#go}
    case $("$GO" env GOTOOLCHAIN) in
      auto | *+auto) wanted=1.21 ;;
    esac
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ] || return 0
  fi
  die "programs of e2e are built from Go modules, which needs Go $wanted or newer (found: ${found:-none}).
  Anywhere   unpack the archive from go.dev/dl into /usr/local
  Debian     apt install golang-go, where that is new enough (any Go from 1.21 on fetches a newer one by itself,
             unless GOTOOLCHAIN=local forbids it)"
}
