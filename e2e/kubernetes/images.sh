# Container images as tars in Docker's format, made from a directory without Docker; loading them.
# shellcheck shell=bash

# image_tar ROOT NAME CONFIG OUTPUT: an image of one layer. CONFIG is the JSON of the image's "config". The same
# content gives the same bytes.
image_tar() {
  local root=$1 name=$2 config=$3 output=$4 work architecture
  work=$output.parts
  rm -rf "$work"
  mkdir -p "$work"
  case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) architecture=$(uname -m) ;;
  esac
  plain_tar "$root" "$work/layer.tar" .
  cat >"$work/config.json" <<END
{"architecture": "$architecture", "os": "linux", "created": "1970-01-01T00:00:00Z", "config": $config,
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum "$work/layer.tar" | cut -d' ' -f1)"]},
 "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "distomon e2e"}]}
END
  cat >"$work/manifest.json" <<END
[{"Config": "config.json", "RepoTags": ["$name"], "Layers": ["layer.tar"]}]
END
  plain_tar "$work" "$output.new" manifest.json config.json layer.tar
  rm -rf "$work"
  mv "$output.new" "$output"
}

plain_tar() { # DIRECTORY OUTPUT FILE...
  local directory=$1 output=$2
  shift 2
  tar -C "$directory" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -cf "$output" "$@"
}

# The container that holds a pod's network namespace: it sleeps. With /bin/sh and the rest of busybox in it, it
# also serves tests that need some image.
make_pause_image() { # OUTPUT
  local root=$1.root
  rm -rf "$root"
  mkdir -p "$root/bin" "$root/tmp"
  chmod 1777 "$root/tmp"
  cp "$(program busybox)" "$root/bin/busybox"
  ln -s busybox "$root/bin/sh"
  image_tar "$root" localhost/pause:1 \
    '{"User": "65532:65532", "Env": ["PATH=/bin"], "Entrypoint": ["/bin/busybox", "sleep", "2147483647"]}' "$1"
  rm -rf "$root"
}

# load_images TAR...
load_images() {
  local tar
  [ $# -gt 0 ] || die "load which images? e2e/cluster load IMAGE.tar..."
  for tar in "$@"; do
    [ -r "$tar" ] || die "$tar: no such file. Images are built by e2e/up, or ./mvnw package -DskipTests -Pcluster"
  done
  if [ -n "$CONTEXT" ]; then
    load_into_context "$@"
    return
  fi
  need_root 'e2e/cluster load'
  cluster_is_up || die "the cluster is not up: e2e/cluster up"
  for tar in "$@"; do
    step "load $(basename "$tar")" "$STATE/cluster-load.log" "is there space left on $STATE?" import_image "$tar"
  done
}

import_image() { containerd_ctr images import "$1"; }
