// What skops would make of a node by its own rules: information for people who come from there, never our decision.
#pragma once

#include <string_view>

namespace pratique::skops {

// The skops release whose defaults these are.
std::string_view TrustRelease();

// Whether skops loads module.cls in a node of this kind without being told to trust it. Names as the file writes them:
// skops compares them with those of the libraries it runs with, here the newest.
bool IsTrusted(std::string_view loader, std::string_view module, std::string_view cls);

}  // namespace pratique::skops
