# `e2e/cluster argocd`: a real Argo CD as plain processes, beside an API server that a kubeconfig names: its application
# controllers and its repo server, without its own API server and page. All is asked on loopback; the application
# controller offers its metrics, and nothing else, at every address.
# shellcheck shell=bash

ARGOCD=$STATE/argocd
ARGOCD_NAMESPACE=argocd

# What it needs from Debian.
ARGOCD_PROGRAMS='redis-server redis-server
git git
setsid util-linux'

argocd_up() { # KUBECONFIG
  locked argocd
  if argocd_is_up; then
    say "✓ already up"
    return
  fi
  if [ -e "$ARGOCD" ]; then
    say "… an Argo CD that ended was left here, removing it"
    argocd_remove
  fi
  need_packages "$ARGOCD_PROGRAMS"
  need_binary kubernetes helm argocd
  step "start Argo CD" "$STATE/argocd-up.log" "look into $ARGOCD/log; \`e2e/cluster argocd down\` removes it" \
    argocd_start "$(realpath "$1")"
}

argocd_is_up() {
  local name
  for name in redis repo-server application-controller applicationset-controller; do
    alive "$ARGOCD" "$name" || return 1
  done
}

argocd_start() { # KUBECONFIG
  local kubeconfig=$1 redis repo
  mkdir -p "$ARGOCD"/{bin,redis,tmp,tls,ssh}
  # The repo server finds helm by its name.
  ln -s "$(binary helm)" "$ARGOCD/bin/helm"
  : >"$ARGOCD/ssh/ssh_known_hosts"
  redis=$(free_port)
  launch "$ARGOCD" redis "$(program redis-server)" --bind 127.0.0.1 --port "$redis" --save '' --appendonly no \
    --dir "$ARGOCD/redis"
  became_ready "$ARGOCD" redis 30 listens "$redis"
  argocd_objects "$kubeconfig"
  repo=$(free_port)
  argocd_process "$kubeconfig" repo-server --redis "127.0.0.1:$redis" --address 127.0.0.1 --port "$repo" \
    --metrics-address 127.0.0.1 --metrics-port "$(free_port)" --disable-tls
  argocd_process "$kubeconfig" application-controller --redis "127.0.0.1:$redis" --repo-server "127.0.0.1:$repo" \
    --repo-server-plaintext --metrics-port "$(free_port)" --namespace "$ARGOCD_NAMESPACE" \
    --persist-resource-health --self-heal-backoff-timeout-seconds 1
  argocd_process "$kubeconfig" applicationset-controller --argocd-repo-server "127.0.0.1:$repo" \
    --repo-server-plaintext --metrics-addr "127.0.0.1:$(free_port)" --probe-addr "127.0.0.1:$(free_port)" \
    --webhook-addr "127.0.0.1:$(free_port)" --namespace "$ARGOCD_NAMESPACE"
  became_ready "$ARGOCD" repo-server 60 listens "$repo"
  argocd_is_up || {
    echo "a part of it has ended"
    return 1
  }
}

argocd_process() { # KUBECONFIG ROLE FLAG...
  local kubeconfig=$1 role=$2
  shift 2
  launch "$ARGOCD" "$role" env KUBECONFIG="$kubeconfig" ARGOCD_FAKE_IN_CLUSTER=true ARGOCD_GPG_ENABLED=false \
    ARGOCD_TLS_DATA_PATH="$ARGOCD/tls" ARGOCD_SSH_DATA_PATH="$ARGOCD/ssh" TMPDIR="$ARGOCD/tmp" HOME="$ARGOCD/tmp" \
    PATH="$ARGOCD/bin:$PATH" "$(binary argocd)" "$role" "$@"
}

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The objects that its parts look for: what an installation has, without its own Deployments.
argocd_objects() { # KUBECONFIG
  local crds
  find_go
  # Its program may be in the cache while the module is not.
  (cd "$MODULES/argocd" && GOWORK=off GOFLAGS='' "$GO" mod download github.com/argoproj/argo-cd/v3)
  crds=$(cd "$MODULES/argocd" && GOWORK=off GOFLAGS='' "$GO" list -mod=readonly -m -f '{{.Dir}}' \
    github.com/argoproj/argo-cd/v3)/manifests/crds
  argocd_kubectl "$1" create namespace "$ARGOCD_NAMESPACE" --dry-run=client -o yaml | argocd_kubectl "$1" apply -f -
  argocd_kubectl "$1" apply --server-side --force-conflicts -f "$crds/application-crd.yaml" \
    -f "$crds/applicationset-crd.yaml" -f "$crds/appproject-crd.yaml"
  eventually 30 argocd_kubectl "$1" get applications,applicationsets,appprojects -n "$ARGOCD_NAMESPACE"
  argocd_kubectl "$1" apply -n "$ARGOCD_NAMESPACE" -f - <<END
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-cm, labels: {app.kubernetes.io/part-of: argocd}}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-rbac-cm, labels: {app.kubernetes.io/part-of: argocd}}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-ssh-known-hosts-cm, labels: {app.kubernetes.io/part-of: argocd}}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-tls-certs-cm, labels: {app.kubernetes.io/part-of: argocd}}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-gpg-keys-cm, labels: {app.kubernetes.io/part-of: argocd}}}
- apiVersion: v1
  kind: Secret
  metadata: {name: argocd-secret, labels: {app.kubernetes.io/part-of: argocd}}
  stringData: {server.secretkey: $(head -c 32 /dev/urandom | base64)}
- apiVersion: argoproj.io/v1alpha1
  kind: AppProject
  metadata: {name: default}
  spec:
    sourceRepos: ['*']
    destinations: [{namespace: '*', server: '*'}]
    clusterResourceWhitelist: [{group: '*', kind: '*'}]
END
}

argocd_kubectl() { # KUBECONFIG ARG...
  local kubeconfig=$1
  shift
  "$(binary kubernetes)" kubectl --kubeconfig "$kubeconfig" --cache-dir "$ARGOCD/kubectl-cache" "$@"
}

argocd_down() { part_down argocd "$ARGOCD" 'stop Argo CD' argocd_remove; }

argocd_remove() {
  end_processes "$ARGOCD"
  rm -rf --one-file-system "$ARGOCD"
}

argocd_status() {
  if argocd_is_up; then
    say "Argo CD is up"
    processes "$ARGOCD"
  else
    say "Argo CD is not up: e2e/cluster argocd up"
    return 1
  fi
}

# argocd_judge HEALTH.lua RESOURCE.yaml...: what Argo CD by the script, and kstatus, make of each, a line each.
argocd_judge() {
  need_binary argocd
  "$(binary argocd)" judge "$@"
}
