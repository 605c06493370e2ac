package dev.difftop.learning;

import dev.difftop.api.ServiceType;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The service of learners, the eighth. */
public final class LearnerService implements ServiceType<Learner> {
  @Override
  public String word() {
    return "learner";
  }

  @Override
  public Class<Learner> type() {
    return Learner.class;
  }

  @Override
  public Class<?> providerType() {
    return LearnerProvider.class;
  }

  @Override
  public List<Class<?>> collaborators() {
    List<Class<?>> all = new ArrayList<>(ServiceType.super.collaborators());
    all.add(LearnerContext.class);
    return List.copyOf(all);
  }

  @Override
  public ServiceLoader<?> load(ModuleLayer layer) {
    return ServiceLoader.load(layer, LearnerProvider.class);
  }

  @Override
  public ServiceLoader<?> load(ClassLoader loader) {
    return ServiceLoader.load(LearnerProvider.class, loader);
  }
}
