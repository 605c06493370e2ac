package dev.difftop.api.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A traced function of tensors: named inputs, named outputs. Whatever may vary or be differentiated
 * is an input. {@link #jvp} and {@link #vjp} answer with programs again.
 */
public final class Program {
  private final List<Tensor> inputs;
  private final List<String> outputNames;
  private final List<Tensor> outputs;
  private final List<Tensor> nodes;

  private Program(List<Tensor> inputs, List<String> outputNames, List<Tensor> outputs) {
    this.inputs = List.copyOf(inputs);
    this.outputNames = List.copyOf(outputNames);
    this.outputs = Transforms.shareCommon(outputs);
    this.nodes = Transforms.ordered(this.outputs);
    checkInputs();
  }

  /**
   * A program.
   *
   * @param inputs made by {@link Tensor#input}, in the order in which values are given; names
   *     differ
   * @param outputs by name, in order
   * @throws IllegalArgumentException if an output depends on an input that is not listed, or names
   *     repeat
   */
  public static Program of(List<Tensor> inputs, Map<String, Tensor> outputs) {
    return new Program(
        inputs, new ArrayList<>(outputs.keySet()), new ArrayList<>(outputs.values()));
  }

  private void checkInputs() {
    Set<String> names = new HashSet<>();
    for (Tensor input : inputs) {
      if (!(input.primitive() instanceof Input leaf)) {
        throw new IllegalArgumentException("program input " + input + " is not an input tensor");
      }
      if (!names.add(leaf.label())) {
        throw new IllegalArgumentException("program has two inputs named " + leaf.label());
      }
    }
    Set<Tensor> known = new HashSet<>(inputs);
    for (Tensor node : nodes) {
      if (node.primitive() instanceof Input leaf && !known.contains(node)) {
        throw new IllegalArgumentException(
            "program depends on input "
                + leaf.label()
                + ", which is not among its inputs "
                + names);
      }
    }
  }

  /** The inputs, in order. */
  public List<Tensor> inputs() {
    return inputs;
  }

  /** Name of an input. */
  public String inputName(int i) {
    return ((Input) inputs.get(i).primitive()).label();
  }

  /** Position of an input by name. */
  public int inputIndex(String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputName(i).equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("program has no input " + name);
  }

  /** The outputs, in order. */
  public List<Tensor> outputs() {
    return outputs;
  }

  /** Names of the outputs, in order. */
  public List<String> outputNames() {
    return outputNames;
  }

  /** Position of an output by name. */
  public int outputIndex(String name) {
    int i = outputNames.indexOf(name);
    if (i < 0) {
      throw new IllegalArgumentException("program has no output " + name + " in " + outputNames);
    }
    return i;
  }

  /** Every tensor that is needed, operands before results, each common expression once. */
  public List<Tensor> nodes() {
    return nodes;
  }

  /** The outputs as tensors of another program. */
  public List<Tensor> call(List<Tensor> arguments) {
    return Transforms.substitute(outputs, inputs, arguments);
  }

  /**
   * Values and directional derivatives: for every input x in {@code wrt} a further input {@code "d
   * " + x}, for every output y a further output {@code "d " + y}. Of a program that has such names
   * already, they begin with {@code d2}, then {@code d3}.
   */
  public Program jvp(String... wrt) {
    String d = freePrefix("d");
    List<Tensor> in = new ArrayList<>(inputs);
    List<Tensor> x = new ArrayList<>();
    List<Tensor> dx = new ArrayList<>();
    for (String name : wrt) {
      Tensor input = inputs.get(inputIndex(name));
      x.add(input);
      dx.add(Tensor.input(d + name, input.shape()));
    }
    in.addAll(dx);
    List<Tensor> dy = Transforms.jvp(outputs, x, dx);
    Map<String, Tensor> out = named();
    for (int i = 0; i < dy.size(); i++) {
      out.put(d + outputNames.get(i), dy.get(i));
    }
    return of(in, out);
  }

  /**
   * Values and pull-backs: for every output y a further input {@code "bar " + y}, for every input x
   * in {@code wrt} a further output {@code "bar " + x}. Of a program that has such names already,
   * they begin with {@code bar2}, then {@code bar3}.
   */
  public Program vjp(String... wrt) {
    String prefix = freePrefix("bar");
    List<Tensor> in = new ArrayList<>(inputs);
    List<Tensor> bars = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      bars.add(Tensor.input(prefix + outputNames.get(i), outputs.get(i).shape()));
    }
    in.addAll(bars);
    List<Tensor> x = new ArrayList<>();
    for (String name : wrt) {
      x.add(inputs.get(inputIndex(name)));
    }
    List<Tensor> bar = Transforms.vjp(outputs, bars, x);
    Map<String, Tensor> out = named();
    for (int i = 0; i < wrt.length; i++) {
      out.put(prefix + wrt[i], bar.get(i));
    }
    return of(in, out);
  }

  /** The word, or the word with the first number from 2 on, that no name here begins with. */
  private String freePrefix(String word) {
    String prefix = word + " ";
    for (int order = 2; isUsed(prefix); order++) {
      prefix = word + order + " ";
    }
    return prefix;
  }

  private boolean isUsed(String prefix) {
    boolean used = outputNames.stream().anyMatch(name -> name.startsWith(prefix));
    for (int i = 0; i < inputs.size(); i++) {
      used |= inputName(i).startsWith(prefix);
    }
    return used;
  }

  private Map<String, Tensor> named() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      out.put(outputNames.get(i), outputs.get(i));
    }
    return out;
  }

  /** A readable listing, one line per tensor. */
  public String dump() {
    Map<Tensor, Integer> number = new java.util.IdentityHashMap<>();
    StringBuilder text = new StringBuilder();
    for (Tensor node : nodes) {
      number.put(node, number.size());
      text.append('%').append(number.get(node)).append(" = ").append(node);
      for (int i = 0; i < node.operandCount(); i++) {
        text.append(" %").append(number.get(node.operand(i)));
      }
      text.append('\n');
    }
    for (int i = 0; i < outputs.size(); i++) {
      text.append(outputNames.get(i)).append(": %").append(number.get(outputs.get(i))).append('\n');
    }
    return text.toString();
  }
}
