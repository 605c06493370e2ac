package dev.difftop.learning;

import dev.difftop.api.array.Array;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that makes a policy again, together with the configuration of its run.
 *
 * @param signature what it observes
 * @param arrays by path, such as {@code encoder/0/weight}; float32, float64 or uint8
 * @param attributes short texts and numbers
 */
public record PolicyState(
    PolicySignature signature, Map<String, Array> arrays, Map<String, String> attributes) {
  private static final String NORMALIZER = "normalizer/";

  /** In the order of names, so that equal states make equal files. */
  public PolicyState {
    arrays = Collections.unmodifiableMap(new TreeMap<>(arrays));
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /** Without normalisers. */
  public static PolicyState of(PolicySignature signature, Map<String, Array> arrays) {
    return new PolicyState(signature, arrays, Map.of());
  }

  /** With the normalisers that its observations and actions pass. */
  public PolicyState with(Normalizers normalizers) {
    Map<String, Array> all = new LinkedHashMap<>(arrays);
    normalizers.observations().forEach((name, n) -> put(all, "obs/" + name, n));
    put(all, "actions", normalizers.actions());
    return new PolicyState(signature, all, attributes);
  }

  /** With one more attribute. */
  public PolicyState with(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(attributes);
    all.put(name, value);
    return new PolicyState(signature, arrays, all);
  }

  private static void put(Map<String, Array> into, String path, Normalizer n) {
    into.put(NORMALIZER + path + "/offset", Array.of(n.offset(), n.offset().length));
    into.put(NORMALIZER + path + "/scale", Array.of(n.scale(), n.scale().length));
  }

  /**
   * The normalisers that were saved.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public Normalizers normalizers() {
    Map<String, Normalizer> all = new LinkedHashMap<>();
    signature.observations().keySet().forEach(name -> all.put(name, normalizer("obs/" + name)));
    return new Normalizers(all, normalizer("actions"));
  }

  private Normalizer normalizer(String path) {
    return new Normalizer(
        array(NORMALIZER + path + "/offset").toDoubles(),
        array(NORMALIZER + path + "/scale").toDoubles());
  }

  /**
   * An array.
   *
   * @throws IllegalArgumentException if it is not there; lists what is
   */
  public Array array(String path) {
    Array found = arrays.get(path);
    if (found == null) {
      throw new IllegalArgumentException(
          "policy: %s is not in the checkpoint, which has %s".formatted(path, arrays.keySet()));
    }
    return found;
  }

  /**
   * SHA-256 of signature, arrays and attributes, in hexadecimal: equal states have equal ones,
   * whatever file they come from.
   */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(signature.toString().getBytes(StandardCharsets.UTF_8));
      digest.update(attributes.toString().getBytes(StandardCharsets.UTF_8));
      arrays.forEach(
          (path, array) -> {
            String head = path + array.dtype() + array.shape();
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * array.size());
            for (double value : array.toDoubles()) {
              bytes.putDouble(value);
            }
            digest.update(bytes.flip());
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The arrays below a prefix, by the rest of their paths; normalisers left out. */
  public Map<String, Array> below(String prefix) {
    Map<String, Array> out = new LinkedHashMap<>();
    arrays.forEach(
        (path, array) -> {
          if (path.startsWith(prefix) && !path.startsWith(NORMALIZER)) {
            out.put(path.substring(prefix.length()), array);
          }
        });
    return out;
  }
}
