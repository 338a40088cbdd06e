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
