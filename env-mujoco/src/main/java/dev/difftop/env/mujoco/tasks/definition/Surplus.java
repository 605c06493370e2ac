package dev.difftop.env.mujoco.tasks.definition;

import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What an official model has for other tasks, and what has to go before the model fits a task: the
 * suite's own loader removes it as well.
 *
 * @param names {@code tag:name} of elements that go, with all they hold
 * @param sensors pattern of the names of sensors that go
 */
public record Surplus(Set<String> names, Pattern sensors) {
  /** The quadruped's model. */
  public static final String QUADRUPED_MODEL = "quadruped.xml";

  /**
   * The quadruped's official model holds walls, a height field, a ball and range finders for tasks
   * other than walking and running.
   */
  static final Surplus QUADRUPED =
      new Surplus(
          Set.of(
              "geom:wall_px",
              "geom:wall_py",
              "geom:wall_nx",
              "geom:wall_ny",
              "geom:terrain",
              "hfield:terrain",
              "site:target",
              "body:ball"),
          Pattern.compile("rf_\\d\\d"));

  /**
   * Compiles a file without the surplus; as it is, if it has none.
   *
   * @throws ModelException if it cannot be read or has an error
   */
  Model load(Path file) {
    Model whole = Model.load(file);
    Document document = read(file);
    include(document, document.getDocumentElement(), directory(file));
    if (!remove(document.getDocumentElement())) {
      return whole;
    }
    whole.close();
    return Model.parse(file.toString().replaceFirst(".*/", ""), text(file, document));
  }

  private static Path directory(Path file) {
    return file.toAbsolutePath().getParent();
  }

  private static Document read(Path file) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(file.toFile());
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new ModelException(file.toString(), e.getMessage());
    }
  }

  private static List<Element> children(Element parent) {
    List<Element> out = new ArrayList<>();
    NodeList all = parent.getChildNodes();
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element element) {
        out.add(element);
      }
    }
    return out;
  }

  /** Puts what is included in place: a text in memory has no folder to look in. */
  private static void include(Document document, Element parent, Path folder) {
    for (Element child : children(parent)) {
      if (child.getTagName().equals("include")) {
        Document other = read(folder.resolve(child.getAttribute("file")));
        for (Element part : children(other.getDocumentElement())) {
          parent.insertBefore(document.importNode(part, true), child);
        }
        parent.removeChild(child);
        // What was included may include.
        include(document, parent, folder);
        return;
      }
      include(document, child, folder);
    }
  }

  private boolean remove(Element parent) {
    boolean any = false;
    for (Element child : children(parent)) {
      String name = child.getAttribute("name");
      boolean finder = child.getTagName().equals("rangefinder") && sensors.matcher(name).matches();
      if (finder || names.contains(child.getTagName() + ":" + name)) {
        parent.removeChild(child);
        any = true;
      } else {
        any |= remove(child);
      }
    }
    return any;
  }

  private static String text(Path file, Document document) {
    try {
      StringWriter out = new StringWriter();
      TransformerFactory.newInstance()
          .newTransformer()
          .transform(new DOMSource(document), new StreamResult(out));
      return out.toString();
    } catch (TransformerException e) {
      throw new ModelException(file.toString(), e.getMessage());
    }
  }
}
