package dev.difftop.engine.nd4j.fusion;

import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.rewrite.Lowering;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The order of work. Units are fused loops and single tensors; a unit comes after what it reads,
 * and otherwise in the order in which the program was traced, which keeps lives short.
 */
public final class Schedule {
  private final Lowering lowering;
  private final Fusion fusion;
  private final Map<Tensor, Integer> position = new IdentityHashMap<>();
  private final Map<Object, Set<Object>> waiting = new HashMap<>();
  private final Map<Object, Integer> open = new HashMap<>();

  public Schedule(Lowering lowering, Fusion fusion) {
    this.lowering = lowering;
    this.fusion = fusion;
    List<Tensor> bases = lowering.bases();
    for (int i = 0; i < bases.size(); i++) {
      position.put(bases.get(i), i);
    }
  }

  /** All units in order. */
  public List<Object> units() {
    Set<Object> units = new LinkedHashSet<>(fusion.groups());
    lowering.bases().stream().filter(t -> !Fusion.isFusable(t)).forEach(units::add);
    units.forEach(this::countSources);
    PriorityQueue<Object> ready = new PriorityQueue<>(Comparator.comparing(this::priority));
    units.stream().filter(u -> open.get(u) == 0).forEach(ready::add);
    List<Object> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Object unit = ready.poll();
      order.add(unit);
      for (Object next : waiting.getOrDefault(unit, Set.of())) {
        if (open.merge(next, -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
    if (order.size() != units.size()) {
      throw new IllegalStateException("fused loops wait for each other");
    }
    return order;
  }

  private void countSources(Object unit) {
    Set<Object> sources = new LinkedHashSet<>();
    for (Tensor member : members(unit)) {
      for (int i = 0; i < member.operandCount(); i++) {
        Tensor base = lowering.base(member.operand(i));
        boolean inside = unit instanceof FusedGroup group && group.contains(base);
        if (!inside) {
          sources.add(Fusion.isFusable(base) ? fusion.storedBy(base) : base);
        }
      }
    }
    open.put(unit, sources.size());
    sources.forEach(s -> waiting.computeIfAbsent(s, k -> new LinkedHashSet<>()).add(unit));
  }

  private static List<Tensor> members(Object unit) {
    return unit instanceof FusedGroup group ? group.members() : List.of((Tensor) unit);
  }

  private int priority(Object unit) {
    return members(unit).stream().mapToInt(position::get).max().orElseThrow();
  }
}
