# What e2e/up puts on a cluster and e2e/down takes away: the images, the Helm release, the sample.
# shellcheck shell=bash disable=SC2034

RELEASE=distomon
RELEASE_NAMESPACE=distomon-system
OPERATOR=deployment/distomon-operator
SAMPLE=$E2E/samples/triangle.yaml
SAMPLE_NAMESPACE=default
SAMPLE_NAME=triangle
# The namespaces that e2e/up made, so that e2e/down takes no other.
OURS=app.kubernetes.io/managed-by=distomon-e2e

kube() { "$E2E/cluster" kubectl "$@"; }

# What e2e/up says on a terminal is copied by people: with the kubectl that they have.
kubectl_words() {
  if [ -z "$CONTEXT" ] && command -v kubectl >/dev/null; then
    echo "kubectl --kubeconfig $("$E2E/cluster" kubeconfig)"
  elif [ -n "$CONTEXT" ] && command -v kubectl >/dev/null; then
    echo "kubectl --context $CONTEXT"
  else
    echo 'e2e/cluster kubectl'
  fi
}

sample_row() { kube get distomonnetworks -n "$SAMPLE_NAMESPACE" "$SAMPLE_NAME" -o wide "$@"; }

# image_name TAR -> the name that the image was built with, without its tag.
image_name() { tar -xOf "$1" manifest.json | sed -n 's/.*"RepoTags":\["\([^"]*\):[^":]*"\].*/\1/p'; }

# retag TAR OUTPUT -> the image's new name: tagged by its content. A rebuilt image thus gets another name and its
# pods are replaced; the same image keeps its name and nothing restarts.
retag() {
  local tar=$1 output=$2 work name config tag
  work=$output.parts
  rm -rf "$work"
  mkdir -p "$work"
  tar -C "$work" -xf "$tar"
  name=$(image_name "$tar")
  config=$(sed -n 's/.*"Config":"\([^"]*\)".*/\1/p' "$work/manifest.json")
  tag=$(sed 's/"created":"[^"]*"//g' "$work/$config" | sha256sum | cut -c 1-12)
  sed -i 's|"RepoTags":\["[^]]*\]|"RepoTags":["'"$name:$tag"'"]|' "$work/manifest.json"
  (cd "$work" && plain_tar . "$output.new" -- *)
  rm -rf "$work"
  mv "$output.new" "$output"
  echo "$name:$tag"
}
