package io.distomon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a managed node is reached from outside the cluster. Where that is, url says; the others in the cluster go on to use its
 * Service.
 *
 * @param type LoadBalancer and NodePort make the node's Service one of that type. Ingress and HTTPRoute make one
 *     of those for the host of the node's url, which must have no port, and no path but its pathPrefix; HTTPRoute where the
 *     cluster has the Gateway API.
 * @param annotations Annotations of the Service, the Ingress or the HTTPRoute, by which clouds and controllers are told more. Names
 *     under distomon.io/ are the operator's own.
 * @param ingressClassName Which ingress controller; absent means the cluster's default. Only for Ingress.
 * @param tlsSecretName The Secret in the same namespace with the certificate for the host. Only for Ingress.
 * @param gateway The Gateway that the route belongs to, which has the certificate. Only for HTTPRoute, and needed there.
 */
@ValidationRule(
        value = "self.type == 'Ingress' || !has(self.ingressClassName)",
        message = "ingressClassName is only for type Ingress",
        reason = "FieldValueForbidden",
        fieldPath = ".ingressClassName")
@ValidationRule(
        value = "self.type == 'Ingress' || !has(self.tlsSecretName)",
        message = "tlsSecretName is only for type Ingress",
        reason = "FieldValueForbidden",
        fieldPath = ".tlsSecretName")
@ValidationRule(
        value = "self.type == 'HTTPRoute' || !has(self.gateway)",
        message = "gateway is only for type HTTPRoute",
        reason = "FieldValueForbidden",
        fieldPath = ".gateway")
@ValidationRule(
        value = "self.type != 'HTTPRoute' || has(self.gateway)",
        message = "an HTTPRoute belongs to a Gateway, expected its name as in gateway: {name: public}",
        reason = "FieldValueRequired")
@ValidationRule(
        value = "!has(self.annotations) || self.annotations.all(k, !k.startsWith('distomon.io/'))",
        message = "annotations under distomon.io/ are set by the operator",
        reason = "FieldValueForbidden",
        fieldPath = ".annotations")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ExposeSpec(
        @Required @Nullable ExposeType type,
        @Size(max = 64) Map<String, @Size(max = 4096) String> annotations,

        @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN) @Nullable
        String ingressClassName,

        @Size(min = 1, max = 253) @Pattern(Names.DNS_SUBDOMAIN) @Nullable
        String tlsSecretName,

        @Nullable GatewayRef gateway) {

    public ExposeSpec {
        annotations = Absent.asEmpty(annotations);
    }
}
