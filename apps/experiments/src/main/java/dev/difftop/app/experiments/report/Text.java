package dev.difftop.app.experiments.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** Figures and escapes. */
final class Text {
  private Text() {}

  /** Four significant digits; empty for what was not measured. */
  static String figure(double value) {
    return digits(value, 4);
  }

  /** Full precision for machines; empty for what was not measured. */
  static String exact(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  private static String digits(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    double size = Math.abs(value);
    return size >= 1e-3 && size < 1e7
        ? rounded.stripTrailingZeros().toPlainString()
        : rounded.stripTrailingZeros().toString().replace("E+", "e").replace('E', 'e');
  }

  static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A cell of a CSV file. */
  static String csv(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  static String markdown(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replaceAll("\\s+", " ");
  }

  static String latex(String text) {
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\\' -> out.append("\\textbackslash{}");
        case '~' -> out.append("\\textasciitilde{}");
        case '^' -> out.append("\\textasciicircum{}");
        case '&', '%', '$', '#', '_', '{', '}' -> out.append('\\').append(c);
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
