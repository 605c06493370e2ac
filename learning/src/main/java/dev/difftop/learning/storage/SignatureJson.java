package dev.difftop.learning.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.difftop.api.DataException;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.environment.EnvironmentSpec.Observable;
import dev.difftop.learning.PolicySignature;
import java.util.LinkedHashMap;
import java.util.Map;

/** A policy's signature as an attribute of a checkpoint. */
final class SignatureJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private SignatureJson() {}

  static String write(PolicySignature signature) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode observations = root.putArray("observations");
    signature
        .observations()
        .forEach(
            (name, observable) -> {
              ObjectNode one = observations.addObject();
              one.put("name", name);
              ArrayNode shape = one.putArray("shape");
              for (int dim : observable.shape().dims()) {
                shape.add(dim);
              }
              one.put("dtype", observable.dtype().name());
            });
    root.put("action_size", signature.actionSize());
    return root.toString();
  }

  static PolicySignature read(String where, String text) {
    try {
      JsonNode root = MAPPER.readTree(text);
      Map<String, Observable> observations = new LinkedHashMap<>();
      for (JsonNode one : root.required("observations")) {
        JsonNode dims = one.required("shape");
        int[] shape = new int[dims.size()];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = dims.get(i).intValue();
        }
        observations.put(
            one.required("name").asText(),
            new Observable(Shape.of(shape), DType.valueOf(one.required("dtype").asText())));
      }
      return new PolicySignature(observations, root.required("action_size").intValue());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new DataException(
          "BAD_METADATA", where, "the policy's signature cannot be read: " + e.getMessage(), e);
    }
  }
}
