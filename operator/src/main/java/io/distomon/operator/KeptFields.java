package io.distomon.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.distomon.operator.names.ChildMetadata;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.Serial;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the objects that the API server sends. Each one that is watched stays in memory, and most of its bytes
 * say who manages which of its fields: of that, what others manage is left out, and what is the same in many objects is
 * kept once.
 */
final class KeptFields {
    private KeptFields() {}

    /**
     * How the operator's client reads and writes. One resource with a field or a value that this version does not know must
     * not keep the others from being read: such a field is passed over, such a value reads as null, and validation refuses
     * it.
     */
    static KubernetesSerialization serialization() {
        ObjectMapper mapper = new ObjectMapper()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
                .registerModule(new SimpleModule()
                        .addDeserializer(String.class, new OneOfEach())
                        .setDeserializerModifier(new NothingElse()))
                .addMixIn(ObjectMeta.class, OwnFieldsOnly.class)
                .addMixIn(Pod.class, ContainersOnly.class);
        return new KubernetesSerialization(mapper, true);
    }

    /** Names, labels, images: the children of all networks have mostly the same. */
    private static final class OneOfEach extends StdScalarDeserializer<String> {
        private static final int MAX_CHARS = 64;

        OneOfEach() {
            super(String.class);
        }

        @Override
        public @Nullable String deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = StringDeserializer.instance.deserialize(json, context);
            return text == null || text.length() > MAX_CHARS ? text : text.intern();
        }
    }

    /**
     * Each object of the client's model has a map of its own for what the model does not know, and even empty these take a
     * fifth of all memory: what has nothing in it has one for all, which can't be changed.
     */
    private static final class NothingElse extends BeanDeserializerModifier {
        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
            AnnotatedMethod getter = type.findMethod("getAdditionalProperties", new Class<?>[0]);
            AnnotatedMethod setter = type.findMethod("setAdditionalProperties", new Class<?>[] {Map.class});
            return getter == null || setter == null ? deserializer : new Emptied(deserializer, getter, setter);
        }
    }

    private static final class Emptied extends DelegatingDeserializer {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient AnnotatedMethod getter;
        private final transient AnnotatedMethod setter;

        Emptied(JsonDeserializer<?> read, AnnotatedMethod getter, AnnotatedMethod setter) {
            super(read);
            this.getter = getter;
            this.setter = setter;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> read) {
            return new Emptied(read, getter, setter);
        }

        @Override
        public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
            Object read = super.deserialize(json, context);
            if (getter.getValue(read) instanceof Map<?, ?> others && others.isEmpty()) {
                setter.setValue(read, Map.of());
            }
            return read;
        }
    }

    interface ContainersOnly {
        @JsonDeserialize(converter = Named.class)
        void setSpec(@Nullable PodSpec spec);
    }

    /** Of what a pod should be: which containers it has. The rest its Deployment says, or nobody asks for. */
    private static final class Named extends StdConverter<PodSpec, PodSpec> {
        @Override
        public PodSpec convert(PodSpec spec) {
            return new PodSpecBuilder()
                    .withInitContainers(names(spec.getInitContainers()))
                    .withContainers(names(spec.getContainers()))
                    .build();
        }

        private static List<Container> names(@Nullable List<Container> containers) {
            return Stream.ofNullable(containers)
                    .flatMap(List::stream)
                    .map(container ->
                            new ContainerBuilder().withName(container.getName()).build())
                    .toList();
        }
    }

    interface OwnFieldsOnly {
        @JsonDeserialize(converter = Own.class)
        void setManagedFields(@Nullable List<ManagedFieldsEntry> managedFields);
    }

    /** Of who manages which fields: what this operator has applied, by which drift is told. */
    private static final class Own extends StdConverter<List<ManagedFieldsEntry>, List<ManagedFieldsEntry>> {
        private static final String APPLY = "Apply";

        private final Shared shared = new Shared();

        @Override
        public List<ManagedFieldsEntry> convert(List<ManagedFieldsEntry> all) {
            List<ManagedFieldsEntry> own = all.stream()
                    .filter(entry -> ChildMetadata.OPERATOR.equals(entry.getManager())
                            && APPLY.equals(entry.getOperation())
                            && entry.getFieldsV1() != null)
                    .toList();
            own.forEach(entry -> {
                FieldsV1 fields = entry.getFieldsV1();
                fields.setAdditionalProperties(shared.tree(fields.getAdditionalProperties()));
            });
            return own;
        }
    }

    /** Trees of which equal ones are the same one, for as long as somebody holds it. Safe for use by many threads. */
    private static final class Shared {
        private final Map<Map<String, Object>, WeakReference<Map<String, Object>>> trees = new WeakHashMap<>();

        /** The one that equals {@code read}; it can't be changed. */
        synchronized Map<String, Object> tree(Map<?, ?> read) {
            Map<String, Object> branches = new HashMap<>();
            read.forEach((name, value) ->
                    branches.put(String.valueOf(name), value instanceof Map<?, ?> branch ? tree(branch) : value));
            WeakReference<Map<String, Object>> known = trees.get(branches);
            Map<String, Object> shared = known == null ? null : known.get();
            if (shared == null) {
                shared = Map.copyOf(branches);
                trees.put(shared, new WeakReference<>(shared));
            }
            return shared;
        }
    }
}
