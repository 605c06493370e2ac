package dev.difftop.hdf5;

import dev.difftop.hdf5.binding.Members;
import dev.difftop.hdf5.binding.Native;
import dev.difftop.hdf5.value.H5Access;
import dev.difftop.hdf5.value.H5Exception.Kind;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Visits the datasets below a group; hard links may form cycles, so it remembers where it is. */
final class Walk {
  private final H5Access access;
  private final BiConsumer<String, H5Dataset> visit;
  private final Set<String> above = new HashSet<>();
  private long objects;

  Walk(H5Access access, BiConsumer<String, H5Dataset> visit) {
    this.access = access;
    this.visit = visit;
  }

  void group(H5Group group) {
    group(group, "");
  }

  private void group(H5Group group, String prefix) {
    String identity = Native.call(() -> Members.identity(group.id(), group.location()));
    if (!above.add(identity)) {
      throw group.fault(Kind.LINK_CYCLE, "is one of the groups that contain it");
    } else if (above.size() > access.maxLinkDepth()) {
      throw group.fault(
          Kind.LIMIT_EXCEEDED, "groups nest deeper than " + access.maxLinkDepth() + " levels");
    }
    for (String name : group.names()) {
      member(group, prefix, name);
    }
    above.remove(identity);
  }

  private void member(H5Group group, String prefix, String name) {
    if (++objects > access.maxObjects()) {
      throw group.fault(
          Kind.LIMIT_EXCEEDED, "more than " + access.maxObjects() + " objects were visited");
    }
    try (H5Node node = group.nodeOrNull(name)) {
      if (node instanceof H5Group inner) {
        group(inner, prefix + name + "/");
      } else if (node instanceof H5Dataset dataset) {
        visit.accept(prefix + name, dataset);
      }
    }
  }
}
