# DISTOMON_E2E_CONTEXT: a kube context of the user's, used instead of the local cluster. Nothing is started there.
# shellcheck shell=bash

# user_kubectl [ARG...]: the kubectl on PATH (it knows the user's credential plugins), else the one built here.
user_kubectl() {
  if command -v kubectl >/dev/null; then
    kubectl --context "$CONTEXT" "$@"
  else
    "$(binary kubernetes)" kubectl --context "$CONTEXT" "$@"
  fi
}

need_kubectl() { command -v kubectl >/dev/null || need_binary kubernetes; }

context_answers() {
  need_kubectl
  user_kubectl --request-timeout=20s get --raw /readyz >/dev/null ||
    die "the API server of context $CONTEXT (DISTOMON_E2E_CONTEXT) does not answer. Contexts: $(user_kubectl config get-contexts -o name | paste -sd ' ')"
}

context_up() {
  context_answers
  say "✓ using the cluster of context $CONTEXT (DISTOMON_E2E_CONTEXT); nothing to start"
}

context_status() {
  context_answers
  say "using the cluster of context $CONTEXT (DISTOMON_E2E_CONTEXT), it answers"
  user_kubectl get nodes -o wide
}

# A kubeconfig in which that context is the current one, for programs that can't be given a context.
context_kubeconfig() {
  need_kubectl
  make_state
  (umask 077 && user_kubectl config view --raw --minify --flatten >"$STATE/context.kubeconfig.new") ||
    die "no context $CONTEXT (DISTOMON_E2E_CONTEXT) in ${KUBECONFIG:-$HOME/.kube/config}"
  KUBECONFIG=$STATE/context.kubeconfig.new user_kubectl config use-context "$CONTEXT" >/dev/null
  mv "$STATE/context.kubeconfig.new" "$STATE/context.kubeconfig"
  echo "$STATE/context.kubeconfig"
}

# load_into_context TAR...: by the means of the tool that made the cluster, told by the context's name.
load_into_context() {
  local tar
  case $CONTEXT in
    kind-*) load_by kind kind load image-archive --name "${CONTEXT#kind-}" -- "$@" ;;
    k3d-*) load_by k3d k3d image import --cluster "${CONTEXT#k3d-}" -- "$@" ;;
    minikube) load_by minikube minikube image load -- "$@" ;;
    *)
      say "✗ context $CONTEXT is not known to be kind, k3d or minikube: make these images available to its nodes yourself"
      for tar in "$@"; do say "    $tar"; done
      say "  For example, on each node: ctr -n k8s.io images import TAR, or k3s ctr images import TAR. Or push them to a"
      say "  registry and run e2e/up --image NAME --node-image NAME."
      return 1
      ;;
  esac
}

load_by() { # TOOL COMMAND... -- TAR...
  local tool=$1 command=() tar
  shift
  command -v "$tool" >/dev/null || die "context $CONTEXT looks like $tool's, but there is no $tool on PATH to load images with"
  while [ "$1" != -- ]; do
    command+=("$1")
    shift
  done
  shift
  for tar in "$@"; do
    step "load $(basename "$tar") by $tool" "$STATE/context-load.log" "run it yourself: ${command[*]} $tar" "${command[@]}" "$tar"
  done
}
