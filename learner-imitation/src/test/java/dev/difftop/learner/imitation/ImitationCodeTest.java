package dev.difftop.learner.imitation;

final class ImitationCodeTest extends ImitationContract {
  @Override
  boolean hasCode() {
    return true;
  }
}
