package dev.difftop.app.reference.format;

import java.util.List;

/**
 * Declaration of one key of an object in a problem file: what the reader checks, the JSON schema
 * says and the documentation lists.
 *
 * @param name the key
 * @param type what it holds
 * @param dims shape of an array; of a bound the shape [H][nu] that it is spread over
 * @param required whether it must be there; a key that may be left out may also be {@code null}
 * @param limits range of its numbers
 * @param words values of a text, with {@code *} at the end for any ending; empty for any text
 * @param inner format of an object, or of the objects of a list
 * @param doc what it means, with units
 */
public record Field(
    String name,
    Type type,
    Dims dims,
    boolean required,
    Limits limits,
    List<String> words,
    Format inner,
    String doc) {
  /** What a key holds. */
  public enum Type {
    /** A text. */
    TEXT,
    /** A whole number. Its value is a size that shapes refer to. */
    COUNT,
    /** A number. */
    NUMBER,
    /** Nested lists of numbers. */
    ARRAY,
    /** A list of texts. Its length is a size that shapes refer to. */
    TEXTS,
    /** Bounds of the actions: see {@link Bound}. */
    BOUND,
    /** An object. */
    OBJECT,
    /** A list of objects. */
    OBJECTS,
    /** Anything; it is not read. */
    ANY
  }

  private static final Dims NONE = Dims.of();

  static Field text(String name, String doc, String... words) {
    return new Field(name, Type.TEXT, NONE, true, Limits.ANY, List.of(words), null, doc);
  }

  static Field count(String name, String doc) {
    return new Field(name, Type.COUNT, NONE, true, Limits.COUNT, List.of(), null, doc);
  }

  static Field number(String name, Limits limits, String doc) {
    return new Field(name, Type.NUMBER, NONE, true, limits, List.of(), null, doc);
  }

  static Field array(String name, Dims dims, String doc) {
    return new Field(name, Type.ARRAY, dims, true, Limits.ANY, List.of(), null, doc);
  }

  static Field texts(String name, String doc) {
    return new Field(name, Type.TEXTS, NONE, true, Limits.ANY, List.of(), null, doc);
  }

  static Field bound(String name, Dims dims, String doc) {
    return new Field(name, Type.BOUND, dims, false, Limits.ANY, List.of(), null, doc);
  }

  static Field object(String name, Format inner, String doc) {
    return new Field(name, Type.OBJECT, NONE, true, Limits.ANY, List.of(), inner, doc);
  }

  static Field objects(String name, Format inner, String doc) {
    return new Field(name, Type.OBJECTS, NONE, true, Limits.ANY, List.of(), inner, doc);
  }

  static Field any(String name, String doc) {
    return new Field(name, Type.ANY, NONE, false, Limits.ANY, List.of(), null, doc);
  }

  /** The same, which may be left out. */
  Field optional() {
    return new Field(name, type, dims, false, limits, words, inner, doc);
  }
}
