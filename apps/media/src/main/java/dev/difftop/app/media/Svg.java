package dev.difftop.app.media;

import java.util.Locale;

/** What SVG charts have in common. */
final class Svg {
  private Svg() {}

  /**
   * Appends a text.
   *
   * @param anchor which end of it is at x: start, middle or end
   * @param more further attributes
   */
  static void text(
      StringBuilder svg, double x, double y, String anchor, String more, String content) {
    String safe = content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222222\" %s>%s</text>\n",
            x,
            y,
            anchor,
            more,
            safe));
  }
}
