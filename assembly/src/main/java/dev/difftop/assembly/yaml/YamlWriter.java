package dev.difftop.assembly.yaml;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From nodes to YAML text that reads back as the same nodes. */
public final class YamlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+-][A-Za-z0-9_./+@%() -]*");
  private static final Pattern FLOW_UNSAFE = Pattern.compile("[,\\[\\]{}]");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  public static String write(Node.Mapping root) {
    YamlWriter writer = new YamlWriter();
    writer.block(root, 0);
    return writer.out.toString();
  }

  private void block(Node.Mapping mapping, int indent) {
    for (Map.Entry<String, Node> entry : mapping.entries().entrySet()) {
      out.append(" ".repeat(indent)).append(text(entry.getKey(), false)).append(':');
      value(entry.getValue(), indent);
    }
  }

  private void value(Node node, int indent) {
    if (node instanceof Node.Mapping mapping && !mapping.entries().isEmpty()) {
      out.append('\n');
      block(mapping, indent + 2);
    } else if (node instanceof Node.Sequence list && !isFlat(list)) {
      out.append('\n');
      items(list.items(), indent + 2);
    } else {
      out.append(' ').append(flow(node)).append('\n');
    }
  }

  private void items(List<Node> items, int indent) {
    for (Node item : items) {
      out.append(" ".repeat(indent)).append('-');
      value(item, indent);
    }
  }

  private static boolean isFlat(Node.Sequence list) {
    return list.items().stream()
        .allMatch(i -> i instanceof Node.Scalar || (i instanceof Node.Sequence s && isFlat(s)));
  }

  private static String flow(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return text(scalar.text(), scalar.quoted());
    }
    if (node instanceof Node.Sequence list) {
      return list.items().stream()
          .map(YamlWriter::flow)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return "{}";
  }

  private static String text(String text, boolean quoted) {
    boolean plain =
        !quoted
            && PLAIN.matcher(text).matches()
            && !FLOW_UNSAFE.matcher(text).find()
            && !text.startsWith("- ")
            && !text.equals("-")
            && !text.endsWith(" ");
    return plain ? text : '"' + escape(text) + '"';
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\t' -> escaped.append("\\t");
        default -> escaped.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return escaped.toString();
  }
}
