package jupyter

//go:generate go run -C ../../.. ./cmd/zmqgen generate compat/services/jupyter
