package notifier

//go:generate go run -C ../../.. ./cmd/zmqgen generate compat/services/notifier
