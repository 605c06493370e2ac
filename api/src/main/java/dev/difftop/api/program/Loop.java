package dev.difftop.api.program;

import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that is repeated. Every step turns carries into the next carries and makes outputs,
 * from an entry of every sequence and from leaves, which stay. A loop is traced once: the size of a
 * program and the time to compile it do not depend on the number of steps.
 *
 * <p>Results are counted: first the carries after the last step, then the outputs of all steps,
 * then the carries as they entered every step, which is what a pull-back needs to have kept.
 *
 * <p>Derivatives are loops again: forward, tangents are carried along; in reverse, the loop runs
 * backwards, computes every step anew from its carries, and carries cotangents. Griewank and
 * Walther, "Evaluating derivatives", chapter 12.
 */
public final class Loop {
  private static final AtomicLong COUNTER = new AtomicLong();

  private final int steps;
  private final boolean backwards;
  private final List<Tensor> carries;
  private final List<Tensor> entries;
  private final List<Tensor> leaves;
  private final List<Tensor> next;
  private final List<Tensor> outputs;
  private final Map<Object, Object> derived = new ConcurrentHashMap<>();

  /**
   * A loop.
   *
   * @param backwards whether the last entries of the sequences come first
   * @param carries inputs of the body, as are entries and leaves
   * @param next of the shapes of the carries
   */
  Loop(
      int steps,
      boolean backwards,
      List<Tensor> carries,
      List<Tensor> entries,
      List<Tensor> leaves,
      List<Tensor> next,
      List<Tensor> outputs) {
    this.steps = steps;
    this.backwards = backwards;
    this.carries = List.copyOf(carries);
    this.entries = List.copyOf(entries);
    this.leaves = List.copyOf(leaves);
    this.next = List.copyOf(next);
    this.outputs = List.copyOf(outputs);
  }

  static Tensor input(Shape shape) {
    return Tensor.input("loop " + COUNTER.getAndIncrement(), shape);
  }

  // ------------------------------------------------------------------ what it is

  /** Number of steps. */
  public int steps() {
    return steps;
  }

  /** Whether it starts with the last entries of the sequences. */
  public boolean isBackwards() {
    return backwards;
  }

  /** What a step is given by the step before. */
  public List<Tensor> carries() {
    return carries;
  }

  /** What a step is given of the sequences. */
  public List<Tensor> entries() {
    return entries;
  }

  /** What every step is given. */
  public List<Tensor> leaves() {
    return leaves;
  }

  /** What a step hands on. */
  public List<Tensor> next() {
    return next;
  }

  /** What a step makes besides. */
  public List<Tensor> outputs() {
    return outputs;
  }

  /** All inputs of the body, in the order of operands. */
  List<Tensor> inputs() {
    List<Tensor> all = new ArrayList<>(carries);
    all.addAll(entries);
    all.addAll(leaves);
    return all;
  }

  /** Carries after a step, and outputs. */
  List<Tensor> made() {
    List<Tensor> all = new ArrayList<>(next);
    all.addAll(outputs);
    return all;
  }

  /** Number of results. */
  int results() {
    return 2 * carries.size() + outputs.size();
  }

  /** The result that is a carry as it entered every step. */
  public int history(int carry) {
    return carries.size() + outputs.size() + carry;
  }

  /**
   * Bytes that a pull-back keeps from the way there: every carry as it entered every step. What a
   * step computes in between is computed again, one step at a time.
   */
  public long backwardBytes(int batch, DType dtype) {
    long elements = 0;
    for (Tensor carry : carries) {
      elements += carry.shape().withBatch(batch).elements();
    }
    return elements * steps * dtype.bytes();
  }

  /**
   * All results of a run without the loop: every step written out.
   *
   * @param operands as those of {@link Scan}
   */
  public List<Tensor> unrolled(List<Tensor> operands) {
    return LoopUnrolling.results(this, operands);
  }

  // ------------------------------------------------------------------ shapes

  /** The shape of an entry of a sequence. */
  static Shape entryShape(Shape sequence, int steps) {
    int[] dims = sequence.sample().dims();
    if (dims.length == 0 || dims[0] != steps) {
      throw new ShapeException(
          "scan: a sequence of shape %s has not an entry for each of %d steps"
              .formatted(sequence, steps));
    }
    return Shaping.shape(sequence.isBatched(), java.util.Arrays.copyOfRange(dims, 1, dims.length));
  }

  private Shape stacked(Tensor entry) {
    return Shaping.shape(Shaping.batched(entry), Shaping.insert(Shaping.sample(entry), 0, steps));
  }

  Shape outputShape(int result) {
    int n = carries.size();
    int m = n + outputs.size();
    return result < n
        ? carries.get(result).shape()
        : stacked(result < m ? outputs.get(result - n) : carries.get(result - m));
  }

  void check(Tensor[] operands) {
    List<Tensor> inputs = inputs();
    if (operands.length != inputs.size()) {
      throw new ShapeException(
          "scan: found " + operands.length + " operands, expected " + inputs.size());
    }
    for (int i = 0; i < operands.length; i++) {
      boolean sequence = i >= carries.size() && i < carries.size() + entries.size();
      Shape expected = sequence ? stacked(inputs.get(i)) : inputs.get(i).shape();
      if (!operands[i].shape().equals(expected)) {
        throw new ShapeException(
            "scan: operand %d has shape %s, expected %s"
                .formatted(i, operands[i].shape(), expected));
      }
    }
  }

  /** The results but for the carries in between. */
  Scan.Result apply(List<Tensor> operands) {
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < carries.size() + outputs.size(); i++) {
      results.add(Tensor.apply(new Scan(this, i), operands.toArray(Tensor[]::new)));
    }
    return new Scan.Result(
        this,
        List.copyOf(results.subList(0, carries.size())),
        List.copyOf(results.subList(carries.size(), results.size())));
  }

  // ------------------------------------------------------------------ what depends on what

  /** All tensors on the way from {@code sources} to {@code targets}, the sources included. */
  static Set<Tensor> dependent(Collection<Tensor> targets, Collection<Tensor> sources) {
    Set<Tensor> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
    dependent.addAll(sources);
    for (Tensor t : Transforms.ordered(targets)) {
      for (Tensor operand : t.operands()) {
        if (dependent.contains(operand)) {
          dependent.add(t);
        }
      }
    }
    return dependent;
  }

  /** Adds the carries that come to depend on others after some steps; answers all on the way. */
  Set<Tensor> spread(Set<Tensor> sources) {
    while (true) {
      Set<Tensor> dependent = dependent(made(), sources);
      boolean grown = false;
      for (int i = 0; i < carries.size(); i++) {
        grown |= dependent.contains(next.get(i)) && sources.add(carries.get(i));
      }
      if (!grown) {
        return dependent;
      }
    }
  }

  /**
   * The part of the body that some results need.
   *
   * @param loop the loop
   * @param body inputs and outputs as listed here, in this order
   * @param carries indices of the carries that are needed
   * @param entries indices of the sequences that are needed
   * @param leaves indices of the leaves that are needed
   * @param outputs indices of the outputs that are needed
   */
  public record Part(
      Loop loop,
      Program body,
      List<Integer> carries,
      List<Integer> entries,
      List<Integer> leaves,
      List<Integer> outputs) {}

  /** What must be computed in every step for some of the results. */
  public Part part(Collection<Integer> results) {
    Set<Integer> live = new HashSet<>();
    Set<Integer> made = new HashSet<>();
    for (int result : results) {
      int n = carries.size();
      if (result < n || result >= history(0)) {
        live.add(result < n ? result : result - history(0));
      } else {
        made.add(result - n);
      }
    }
    while (true) {
      Set<Tensor> reached = new HashSet<>(Transforms.ordered(needed(live, made)));
      int before = live.size();
      for (int i = 0; i < carries.size(); i++) {
        if (reached.contains(carries.get(i))) {
          live.add(i);
        }
      }
      if (live.size() == before) {
        return part(sorted(live), sorted(made), reached);
      }
    }
  }

  private static List<Integer> sorted(Set<Integer> numbers) {
    return numbers.stream().sorted().toList();
  }

  private List<Tensor> needed(Collection<Integer> live, Collection<Integer> made) {
    List<Tensor> needed = new ArrayList<>();
    live.forEach(i -> needed.add(next.get(i)));
    made.forEach(i -> needed.add(outputs.get(i)));
    return needed;
  }

  private Part part(List<Integer> live, List<Integer> made, Set<Tensor> reached) {
    List<Integer> usedEntries = used(entries, reached);
    List<Integer> usedLeaves = used(leaves, reached);
    List<Tensor> inputs = new ArrayList<>();
    live.forEach(i -> inputs.add(carries.get(i)));
    usedEntries.forEach(i -> inputs.add(entries.get(i)));
    usedLeaves.forEach(i -> inputs.add(leaves.get(i)));
    Map<String, Tensor> out = new LinkedHashMap<>();
    live.forEach(i -> out.put("carry " + i, next.get(i)));
    made.forEach(i -> out.put("output " + i, outputs.get(i)));
    return new Part(this, Program.of(inputs, out), live, usedEntries, usedLeaves, made);
  }

  private static List<Integer> used(List<Tensor> tensors, Set<Tensor> reached) {
    return java.util.stream.IntStream.range(0, tensors.size())
        .filter(i -> reached.contains(tensors.get(i)))
        .boxed()
        .toList();
  }

  // ------------------------------------------------------------------ rules

  @SuppressWarnings("unchecked")
  private <T> T known(Object key, java.util.function.Supplier<T> make) {
    T found = (T) derived.get(key);
    if (found == null) {
      T made = make.get();
      found = (T) derived.putIfAbsent(key, made);
      found = found == null ? made : found;
    }
    return found;
  }

  /** Equal questions get the same loop, so that programs share it. */
  LoopJvp jvp(List<Boolean> active) {
    return known(List.of("jvp", active), () -> LoopJvp.of(this, active));
  }

  LoopVmap vmap(List<Boolean> mapped, List<Boolean> batched, int size) {
    return known(
        List.of("vmap", mapped, batched, size), () -> LoopVmap.of(this, mapped, batched, size));
  }

  /**
   * The pull-back of cotangents of any results.
   *
   * @param cotangents by result; null where zero
   * @param wanted which operands
   * @return by operand; null where not wanted or zero
   */
  Tensor[] pull(Tensor[] operands, Tensor[] cotangents, boolean[] wanted) {
    List<Boolean> present = new ArrayList<>();
    List<Boolean> asked = new ArrayList<>();
    for (Tensor cotangent : cotangents) {
      present.add(cotangent != null);
    }
    for (boolean w : wanted) {
      asked.add(w);
    }
    LoopVjp reverse = known(List.of("vjp", present, asked), () -> LoopVjp.of(this, present, asked));
    return reverse.pull(operands, cotangents);
  }

  // ------------------------------------------------------------------ values

  /** A result in plain Java. */
  double[] evaluate(int result, double[][] operands, int batch) {
    return new LoopRun(part(List.of(result)), result, operands, batch).result();
  }

  // ------------------------------------------------------------------ equality

  /** What it computes, without the identity of its inputs: the listing of its body. */
  private List<Object> form() {
    return known(
        "form",
        () -> {
          Map<Tensor, Integer> number = new IdentityHashMap<>();
          inputs().forEach(t -> number.put(t, number.size()));
          List<Object> form = new ArrayList<>();
          form.add(List.of(steps, backwards, carries.size(), entries.size(), leaves.size()));
          inputs().forEach(t -> form.add(t.shape()));
          for (Tensor t : Transforms.ordered(made())) {
            if (number.putIfAbsent(t, number.size()) == null) {
              form.add(t.primitive());
              java.util.Arrays.stream(t.operands()).map(number::get).forEach(form::add);
            }
          }
          made().forEach(t -> form.add(number.get(t)));
          return form;
        });
  }

  /** Whether another loop does the same, so that programs need only one of the two. */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Loop loop
            && hashCode() == loop.hashCode()
            && form().equals(loop.form()));
  }

  @Override
  public int hashCode() {
    return known("hash", () -> form().hashCode());
  }

  /** Its number of steps and carries. */
  @Override
  public String toString() {
    return "loop of %d steps%s with %d carries, %d sequences, %d leaves"
        .formatted(
            steps, backwards ? " backwards" : "", carries.size(), entries.size(), leaves.size());
  }
}
