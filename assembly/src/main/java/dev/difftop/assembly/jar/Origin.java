package dev.difftop.assembly.jar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Where a class comes from: its jar, or its folder in a build. */
public final class Origin {
  private Origin() {}

  /** The jar or folder of a class. */
  public static Path of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return Path.of("?");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Path.of("?");
    }
  }

  /** The name of the module that the jar of a class is, or would be on the module path. */
  public static String moduleName(Class<?> type) {
    try {
      return ModuleFinder.of(of(type)).findAll().stream()
          .map(ModuleReference::descriptor)
          .map(d -> d.name())
          .findFirst()
          .orElse("unnamed");
    } catch (FindException e) {
      return "unnamed";
    }
  }

  /** How messages call a jar or folder: a jar by its name, a folder by its path. */
  public static String label(Path location) {
    Path name = location.getFileName();
    return Files.isDirectory(location) || name == null ? location.toString() : name.toString();
  }

  /** SHA-256 of a jar, or over names and contents of the files of a folder. */
  public static String sha256(Path location) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      if (Files.isDirectory(location)) {
        for (Path file : files(location)) {
          digest.update(
              location
                  .relativize(file)
                  .toString()
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
          add(file, digest);
        }
      } else if (Files.exists(location)) {
        add(location, digest);
      } else {
        return "";
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void add(Path file, MessageDigest digest) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
  }
}
