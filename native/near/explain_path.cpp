// Puts core's rules over this machine's disk.
#include "near/explain_path.hpp"

#include "io/host_facts.hpp"
#include "near/local_file_view.hpp"

#include <utility>

namespace nearside::near_end {
namespace {

PathAnswer answer(const PathQuestion& question, const paths::RuleSet& set) {
  LocalFileView files(nullptr);
  return {paths::explain(set, question.path, &files), set.warnings()};
}

}  // namespace

Result<PathAnswer> explain_path(const PathQuestion& question) {
  if (const auto& session = question.session)
    return answer(question, paths::RuleSet(session->rules, session->local, session->remote));
  std::vector<paths::Rule> rules;
  for (const std::string& text : question.rules) {
    auto rule = paths::parse_rule(text);
    if (!rule) return rule.error();
    rules.push_back(std::move(*rule));
  }
  auto local = paths::traits_of(io::describe_host({}));
  local.folds_case = local.folds_case || question.local_folds;
  const paths::SideTraits remote{.folds_case = question.remote_folds, .case_exceptions = {}};
  return answer(question, paths::RuleSet(std::move(rules), std::move(local), remote));
}

}  // namespace nearside::near_end
