#!/bin/sh
# Runs Jazzer on one class of io.distomon.core, from its corpus on; called by the profile fuzz in the pom.
# JAVA CLASSPATH PACKAGE/CLASS SECONDS, in the module's directory. Ends with 77 when it finds a failure.
set -eu
java=$1 classpath=$2 target=$3 seconds=$4
package=io/distomon/core
found=target/fuzz/$target
mkdir -p "$found"
exec "$java" -Xmx1g -XX:+EnableDynamicAgentLoading --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -classpath "$classpath" com.code_intelligence.jazzer.Jazzer \
  --reproducer_path="$found" \
  --target_class="$(printf %s "$package/$target" | tr / .)" \
  --instrumentation_includes='io.distomon.**:org.yaml.snakeyaml.**:com.fasterxml.jackson.core.**' \
  --disabled_hooks=com.code_intelligence.jazzer.sanitizers.FilePathTraversal \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=16384 -artifact_prefix="$found/" \
  "$found" "src/test/resources/$package/${target}Inputs"
