package runtime

// GeneratedCode1 says that this runtime serves what generators of the first generation write.
// Generated code refers to it, so that an older runtime fails to compile with its name. A later
// generation adds a constant; taking one away is a new major version.
const GeneratedCode1 = true
