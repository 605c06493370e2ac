package dev.difftop.app.dashboard;

import java.util.Base64;

/** The smallest image there is. */
final class Gif {
  private Gif() {}

  static byte[] bytes() {
    return Base64.getDecoder().decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=");
  }
}
