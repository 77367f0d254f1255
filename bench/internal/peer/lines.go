package peer

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// This file is the lines between a contender and the driver.

var stdin = bufio.NewReader(os.Stdin)

// Report prints a result.
func Report[V int | int64 | uint64](name string, value V) { fmt.Println(name, value) }

// Listening says what has been bound.
func Listening(endpoints ...string) { fmt.Println("endpoint", strings.Join(endpoints, ",")) }

// awaitGo waits for the driver's go, or for the end of the input.
func awaitGo() { stdin.ReadString('\n') }

// AwaitEnd waits for the end of the input.
func AwaitEnd() { io.Copy(io.Discard, stdin) }
