package dev.difftop.app.dashboard;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Decides which requests are answered. The page is for people at this machine, or at the other end
 * of an SSH tunnel; web sites that their browser visits are not to read it or act through it.
 */
final class Guard {
  /** Names of this machine, any port: a tunnel has its own. */
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?");

  private final String token;

  private Guard(String token) {
    this.token = token;
  }

  /** With a token that nobody can guess. */
  static Guard create() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return new Guard(HexFormat.of().formatHex(bytes));
  }

  String token() {
    return token;
  }

  /**
   * Refuses requests for other hosts (a name that was made to point here) and from other sites.
   *
   * @throws Refusal with the reason
   */
  void check(Headers headers) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !LOOPBACK.matcher(hosts.get(0)).matches()) {
      throw new Refusal(403, "the page is served under localhost and 127.0.0.1 alone");
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !origin.equals("http://" + hosts.get(0))) {
      throw new Refusal(403, "a request from another site");
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null && !List.of("same-origin", "none").contains(site)) {
      throw new Refusal(403, "a request from another site");
    }
  }

  /**
   * Refuses requests that change something without the token.
   *
   * @throws Refusal with the reason
   */
  void checkToken(Headers headers) {
    String found = headers.getFirst("X-Difftop-Token");
    boolean equal =
        found != null
            && MessageDigest.isEqual(
                found.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    if (!equal) {
      throw new Refusal(401, "the token that dashboard printed is missing or wrong");
    }
  }
}
