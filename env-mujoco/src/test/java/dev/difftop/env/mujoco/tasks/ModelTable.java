package dev.difftop.env.mujoco.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of a model, and the MJCF that states them literally, without default classes. Of four
 * equal legs the tables have the first in full.
 */
final class ModelTable {
  private static final String FIRST_LEG = "front_left";
  private static final List<String> OTHER_LEGS = List.of("front_right", "back_right", "back_left");

  private final Map<String, List<Map<String, String>>> tables = new LinkedHashMap<>();
  private final Map<String, Double> counts = new LinkedHashMap<>();
  private String options = "";

  static ModelTable read(String name) {
    try (InputStream in = ModelTable.class.getResourceAsStream("/tables/" + name + ".md")) {
      return new ModelTable(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ModelTable(String text) {
    List<String> header = null;
    List<Map<String, String>> table = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("## ")) {
        table = tables.computeIfAbsent(line.substring(3), title -> new ArrayList<>());
        header = null;
      } else if (line.startsWith("Options:")) {
        options = line.substring("Options:".length()).strip().replaceAll("\\.$", "");
      } else if (line.startsWith("Total mass")) {
        readCounts(line);
      } else if (line.startsWith("|") && !line.startsWith("| ---") && !line.startsWith("|---")) {
        List<String> cells = cells(line);
        if (header == null || cells.get(0).equals("name")) {
          header = cells;
          header.set(0, "name"); // of check values the first column is called "body"
        } else {
          add(table, header, cells);
        }
      }
    }
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1).split("\\|")) {
      cells.add(cell.strip());
    }
    return cells;
  }

  /** A row stated again, more precisely, replaces the first. */
  private static void add(
      List<Map<String, String>> table, List<String> header, List<String> cells) {
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < header.size(); i++) {
      if (!cells.get(i).equals("·")) {
        row.put(header.get(i), cells.get(i));
      }
    }
    for (Map<String, String> other : table) {
      if (other.get("name").equals(row.get("name"))) {
        other.putAll(row);
        return;
      }
    }
    table.add(row);
  }

  private void readCounts(String line) {
    Matcher matcher =
        Pattern.compile("(Total mass|nq|nv|nu|na|nbody|ngeom)(?: \\(with world\\))? ([0-9.]+)")
            .matcher(line);
    while (matcher.find()) {
      counts.put(matcher.group(1), Double.parseDouble(matcher.group(2).replaceAll("\\.$", "")));
    }
  }

  Map<String, Double> counts() {
    return counts;
  }

  /** The rows of a table, those of the other legs after the first leg's. */
  List<Map<String, String>> rows(String title) {
    List<Map<String, String>> rows = tables.getOrDefault(title, List.of());
    List<Map<String, String>> all = new ArrayList<>(rows);
    for (String leg : OTHER_LEGS) {
      for (Map<String, String> row : rows) {
        String name = row.get("name").replace(FIRST_LEG, leg);
        if (all.stream().noneMatch(other -> other.get("name").equals(name))) {
          Map<String, String> copy = new LinkedHashMap<>();
          row.forEach((key, value) -> copy.put(key, value.replace(FIRST_LEG, leg)));
          all.add(copy);
        }
      }
    }
    return all;
  }

  String mjcf() {
    StringBuilder out = new StringBuilder("<mujoco>\n");
    options(out);
    out.append("<worldbody>\n");
    inside(out, "world");
    out.append("</worldbody>\n");
    tendons(out);
    list(out, "equality", "Equality");
    list(out, "actuator", "Actuators");
    list(out, "sensor", "Sensors");
    return out.append("</mujoco>\n").toString();
  }

  private void options(StringBuilder out) {
    StringBuilder option = new StringBuilder();
    StringBuilder flags = new StringBuilder();
    StringBuilder compiler = new StringBuilder();
    for (String group : options.split(";")) {
      String values = group.strip();
      StringBuilder to = option;
      if (values.startsWith("flags:")) {
        to = flags;
      } else if (values.startsWith("compiler:")) {
        to = compiler;
      }
      Matcher matcher = Pattern.compile("(\\w+) = ([\\w.]+)").matcher(values);
      while (matcher.find()) {
        to.append(' ').append(matcher.group(1)).append("=\"").append(matcher.group(2)).append('"');
      }
    }
    out.append("<compiler%s/>%n<option%s><flag%s/></option>%n".formatted(compiler, option, flags));
  }

  private void inside(StringBuilder out, String body) {
    elements(out, "Joints", "joint", body);
    elements(out, "Geoms", "geom", body);
    elements(out, "Sites", "site", body);
    elements(out, "Cameras", "camera", body);
    for (Map<String, String> child : rows("Bodies")) {
      if (child.get("parent").equals(body)) {
        out.append("<body").append(attributes(child, "parent")).append(">\n");
        inside(out, child.get("name"));
        out.append("</body>\n");
      }
    }
  }

  private void elements(StringBuilder out, String table, String tag, String body) {
    for (Map<String, String> row : rows(table)) {
      if (row.get("body").equals(body)) {
        out.append('<').append(tag).append(attributes(row, "body")).append("/>\n");
      }
    }
  }

  private void tendons(StringBuilder out) {
    out.append("<tendon>\n");
    // The couplings of all legs come first.
    List<Map<String, String>> rows = rows("Tendons");
    rows.stream().filter(row -> row.get("name").contains("coupling")).forEach(r -> tendon(out, r));
    rows.stream().filter(row -> !row.get("name").contains("coupling")).forEach(r -> tendon(out, r));
    out.append("</tendon>\n");
  }

  private static void tendon(StringBuilder out, Map<String, String> row) {
    StringBuilder attributes = new StringBuilder();
    Matcher matcher =
        Pattern.compile("(\\w+) = ([-\\w. ]+)").matcher(row.getOrDefault("parameters", ""));
    while (matcher.find()) {
      attributes.append(" %s=\"%s\"".formatted(matcher.group(1), matcher.group(2).strip()));
    }
    out.append("<%s name=\"%s\"%s>%n".formatted(row.get("kind"), row.get("name"), attributes));
    for (String step : row.get("path").split(";")) {
      String[] words = step.strip().split("[ ,]+");
      String coefficient = words.length > 2 ? " coef=\"" + words[3] + "\"" : "";
      out.append("<%s %s=\"%s\"%s/>%n".formatted(words[0], words[0], words[1], coefficient));
    }
    out.append("</%s>%n".formatted(row.get("kind")));
  }

  private void list(StringBuilder out, String tag, String table) {
    out.append('<').append(tag).append(">\n");
    for (Map<String, String> row : rows(table)) {
      out.append('<').append(row.get("kind")).append(attributes(row, "kind")).append("/>\n");
    }
    out.append("</").append(tag).append(">\n");
  }

  private static String attributes(Map<String, String> row, String except) {
    StringBuilder out = new StringBuilder();
    row.forEach(
        (key, value) -> {
          if (!key.equals(except)) {
            out.append(' ').append(key).append("=\"").append(value).append('"');
          }
        });
    return out.toString();
  }
}
