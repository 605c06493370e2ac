package dev.difftop.engine.nd4j.fusion;

import dev.difftop.api.program.Tensor;
import dev.difftop.engine.nd4j.memory.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that one fused loop computes. A member is full, with {@code rows x columns} elements per
 * sample, or a column, with {@code rows}. As long as no row is summed and no column spread, columns
 * are open, and all members are full with {@code rows} elements.
 */
public final class FusedGroup {
  /** Columns of a group that does not care. */
  static final int OPEN = -1;

  public final boolean batched;
  private int rows;
  private int columns;
  private final Map<Tensor, Boolean> columnMembers = new IdentityHashMap<>();
  private final Map<Tensor, List<View>> targets = new IdentityHashMap<>();
  private List<Tensor> members = new ArrayList<>();

  public FusedGroup(boolean batched, int elements) {
    this.batched = batched;
    this.rows = elements;
    this.columns = OPEN;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Elements per sample of a full member. */
  public int elements() {
    return columns == OPEN ? rows : rows * columns;
  }

  public List<Tensor> members() {
    return members;
  }

  public boolean contains(Tensor t) {
    return columnMembers.containsKey(t);
  }

  boolean isColumn(Tensor t) {
    return columnMembers.get(t);
  }

  public void add(Tensor t, boolean column) {
    members.add(t);
    columnMembers.put(t, column);
  }

  /** From now on the members so far are columns, of rows this long. */
  void takeMembersAsColumns(int length) {
    columns = length;
    columnMembers.replaceAll((t, c) -> true);
  }

  /** From now on the members so far have rows of this length. */
  void takeMembersAsFull(int length) {
    rows /= length;
    columns = length;
  }

  /** Has a member written to memory. */
  public void store(Tensor member, View target) {
    targets.computeIfAbsent(member, t -> new ArrayList<>()).add(target);
  }

  List<View> targets(Tensor member) {
    return targets.getOrDefault(member, List.of());
  }

  /** Puts the members in an order of evaluation. */
  public void sort(Comparator<Tensor> order) {
    members.sort(order);
  }
}
