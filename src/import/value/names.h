// Names of globals: one canonical form per thing, and words for those that are known means of attack.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pratique::pickle {

struct Name {
  std::string_view module;
  std::string_view name;
};

// The Python 3 and numpy 2 form, by an exact table: Python 2's names (only where Python itself maps them, below
// protocol 3), numpy.core -> numpy._core, sklearn.externals.joblib -> joblib. Any other name stays as written.
Name Canonical(std::string_view module, std::string_view name, uint8_t protocol);

// Whether a name is known from attacks. This words the message about a call that is refused anyway; no decision
// depends on it.
bool IsDangerous(std::string_view module, std::string_view name);
// The same for a name that is called, or whose result is: numpy.memmap, too, whose arrays are plain and whose making
// opens a file, and operator.attrgetter and methodcaller, whose results stand beside honest models.
bool IsDangerousToCall(std::string_view module, std::string_view name);

// The lists behind IsDangerous: whole modules, and single names of otherwise plain modules.
std::span<const std::string_view> DangerousModules();
std::span<const Name> DangerousNames();

}  // namespace pratique::pickle
