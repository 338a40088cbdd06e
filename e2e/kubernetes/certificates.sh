# Keys, certificates, tokens and kubeconfigs of one control plane, all below $STATE, which is its owner's alone. No
# secret stands on a command line.
# shellcheck shell=bash

# make_certificates DIRECTORY NAME-OR-ADDRESS...: a CA, the API server's certificate for these names, a client
# certificate with which it calls the kubelet, and the key that signs service-account tokens.
make_certificates() {
  local pki=$1/pki names='' name
  shift
  for name in "$@"; do
    case $name in
      *[!0-9.]*) names+=",DNS:$name" ;;
      *) names+=",IP:$name" ;;
    esac
  done
  mkdir -p "$pki"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 -subj /CN=distomon-e2e \
    -addext keyUsage=critical,keyCertSign -keyout "$pki/ca.key" -out "$pki/ca.crt"
  issue "$pki" apiserver /CN=kube-apiserver "extendedKeyUsage=serverAuth
subjectAltName=${names#,}"
  issue "$pki" kubelet-client /O=system:masters/CN=kube-apiserver extendedKeyUsage=clientAuth
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-accounts.key"
  openssl ec -in "$pki/service-accounts.key" -pubout -out "$pki/service-accounts.pub"
}

issue() { # PKI NAME SUBJECT EXTENSIONS
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "$3" \
    -keyout "$1/$2.key" -out "$1/$2.csr"
  openssl x509 -req -in "$1/$2.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days 3650 \
    -extfile <(printf '%s\n' "$4") -out "$1/$2.crt"
}

# make_user DIRECTORY SERVER FILE USER [GROUP]: a token for this user and a kubeconfig that carries it.
make_user() {
  local directory=$1 server=$2 file=$3 user=$4 group=${5-} token
  token=$(openssl rand -hex 24)
  printf '%s,%s,%s%s\n' "$token" "$user" "$user" "${group:+,\"$group\"}" >>"$directory/pki/tokens.csv"
  write_kubeconfig "$directory" "$server" "$file" "$token"
}

write_kubeconfig() { # DIRECTORY SERVER FILE TOKEN
  cat >"$3.new" <<END
apiVersion: v1
kind: Config
current-context: distomon-e2e
clusters:
- name: distomon-e2e
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w 0 "$1/pki/ca.crt")
users:
- name: distomon-e2e
  user:
    token: $4
contexts:
- name: distomon-e2e
  context:
    cluster: distomon-e2e
    user: distomon-e2e
END
  chmod 600 "$3.new" # helm warns otherwise
  mv "$3.new" "$3"
}
