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

# image_name TAR -> the name that the image was built with, without its tag.
image_name() { tar -xOf "$1" manifest.json | sed -n 's/.*"RepoTags":\["\([^"]*\):[^":]*"\].*/\1/p'; }

# retag TAR OUTPUT [KEY=VALUE] -> the image's new name: tagged by its content, to which a label may be added. A rebuilt
# image thus gets another name and its pods are replaced; the same image keeps its name and nothing restarts.
retag() {
  local tar=$1 output=$2 label=${3-} work name config tag
  work=$output.parts
  rm -rf "$work"
  mkdir -p "$work"
  tar -C "$work" -xf "$tar"
  name=$(image_name "$tar")
  config=$(sed -n 's/.*"Config":"\([^"]*\)".*/\1/p' "$work/manifest.json")
  if [ -n "$label" ]; then
    sed -i 's|"Labels":{}|"Labels":{"'"${label%%=*}"'":"'"${label#*=}"'"}|' "$work/$config"
    grep -qF "\"${label%%=*}\":" "$work/$config" || die "$tar: expected an image without labels"
  fi
  tag=$(sed 's/"created":"[^"]*"//g' "$work/$config" | sha256sum | cut -c 1-12)
  sed -i 's|"RepoTags":\["[^]]*\]|"RepoTags":["'"$name:$tag"'"]|' "$work/manifest.json"
  (cd "$work" && plain_tar . "$output.new" -- *)
  rm -rf "$work"
  mv "$output.new" "$output"
  echo "$name:$tag"
}

# load_labelled KEY=VALUE TAR -> the new name of an image that differs by this label alone, which the cluster has.
load_labelled() {
  local labelled=$STATE/labelled.tar name
  [ $# = 2 ] || die "expected e2e/cluster load --label KEY=VALUE IMAGE.tar"
  [[ $1 =~ ^[a-z0-9./-]+=[A-Za-z0-9._-]+$ ]] || die "found the label $1, expected KEY=VALUE of letters, digits and ./-_"
  [ -r "$2" ] || die "$2: no such file"
  name=$(retag "$2" "$labelled" "$1")
  load_images "$labelled"
  rm "$labelled"
  echo "$name"
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
