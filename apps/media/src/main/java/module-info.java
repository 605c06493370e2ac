/** Writes images (PNG) and videos (animated GIF). */
module dev.difftop.app.media {
  requires java.desktop;

  exports dev.difftop.app.media;
}
